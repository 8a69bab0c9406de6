"""这张单由谁派、谁核对（首问单位），和抽不抽回访、由谁回访。"""

import hashlib

from jiuzhu.web.access.models import Post
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.selectors import today
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.divisions.selectors import organisation_of_department, organisations, station_of
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.orders.models import Order, Setting
from jiuzhu.web.process.places import seated

SENDERS = ("town_window", "county_officer", "county_monitor")
TOWN, COUNTY = "town_window", "county_officer"


def first_seat(origin: str, division_code: str, scope: Scope) -> tuple[int, str]:
    """首问单位与派单的岗位：派得了单的岗位点的，归他自己；数据来的看县里的设置；一线报的归所在乡镇的窗口。"""
    if scope.role in SENDERS and scope.organisation_id:
        return scope.organisation_id, scope.role
    by_county = origin == Order.Origin.FINDING
    if origin in {Order.Origin.WARNING, Order.Origin.POLICY}:
        by_county = Setting.of(division_code).data_sender == Setting.Sender.COUNTY
    town = None if by_county else station_of(division_code)
    if town is not None:
        return town.pk, TOWN
    county = organisation_of_department("minzheng", division_code[:6])
    if county is None:
        raise ServiceError("这个县还没有登记民政部门，单没有开成。请系统管理员在“机构”里补上。", code="no_sender")
    return seated(county, COUNTY).pk, COUNTY


def drawn(division_code: str, key: str) -> dict[str, bool]:
    """抽不抽回访：按来由编号算，谁来算、几时算都一样；比例由县里定。"""
    nobody = {"村里回访": False, "镇里回访": False}
    number = int.from_bytes(hashlib.sha256(f"{division_code[:6]}:{key}".encode()).digest()[:4])
    if number % 100 >= Setting.of(division_code).asked_percent:
        return nobody
    if _held("village_worker", division_code[:12], Organisation.Kind.VILLAGE_POINT):
        return nobody | {"村里回访": True}
    if _held("town_window", division_code[:9], Organisation.Kind.TOWNSHIP_STATION):
        return nobody | {"镇里回访": True}
    return nobody


def _held(role: str, area: str, kind: str) -> bool:
    """那里有没有这样的单位，且有人任这个岗位。"""
    first = organisations(area=area, kind=kind).order_by("code").first()
    return (
        first is not None
        and Post.objects.filter(today(), role=role, organisation=seated(first, role), user__is_active=True).exists()
    )
