"""这张单由谁派、谁核对（首问单位），和抽不抽回访、由谁回访。"""

import hashlib

from jiuzhu.web.access.models import Post
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.selectors import today
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.divisions.selectors import organisation_of_department, organisations, station_of
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.orders.models import Order, Setting
from jiuzhu.web.process.places import Places

SENDERS = ("town_window", "county_officer", "county_monitor")
TOWN, COUNTY = "town_window", "county_officer"
TOWNSHIP_WIDTH = 9


class Seats:
    """首问单位与回访。一个对象管一批：同一个乡镇、同一个村只查一次，用完就丢。"""

    def __init__(self, scope: Scope, places: Places | None = None) -> None:
        self.scope = scope
        self.places = places or Places()
        self._firsts: dict[tuple[str, str], tuple[int, str]] = {}
        self._settings: dict[str, Setting] = {}
        self._holders: dict[tuple[str, str], bool] = {}

    def first(self, origin: str, division_code: str) -> tuple[int, str]:
        """首问单位与派单的岗位：派得了单的岗位点的，归他自己；数据来的看县里的设置；一线报的归所在乡镇的窗口。"""
        if self.scope.role in SENDERS and self.scope.organisation_id:
            return self.scope.organisation_id, self.scope.role
        key = (origin, division_code[:TOWNSHIP_WIDTH])
        if key not in self._firsts:
            self._firsts[key] = self._first(origin, division_code)
        return self._firsts[key]

    def drawn(self, division_code: str, key: str) -> dict[str, bool]:
        """抽不抽回访：按来由编号算，谁来算、几时算都一样；比例由县里定。"""
        nobody = {"村里回访": False, "镇里回访": False}
        number = int.from_bytes(hashlib.sha256(f"{division_code[:6]}:{key}".encode()).digest()[:4])
        if number % 100 >= self._setting(division_code).asked_percent:
            return nobody
        if self._held("village_worker", division_code[:12], Organisation.Kind.VILLAGE_POINT):
            return nobody | {"村里回访": True}
        if self._held("town_window", division_code[:TOWNSHIP_WIDTH], Organisation.Kind.TOWNSHIP_STATION):
            return nobody | {"镇里回访": True}
        return nobody

    def _first(self, origin: str, division_code: str) -> tuple[int, str]:
        by_county = origin == Order.Origin.FINDING
        if origin in {Order.Origin.WARNING, Order.Origin.POLICY}:
            by_county = self._setting(division_code).data_sender == Setting.Sender.COUNTY
        town = None if by_county else station_of(division_code)
        if town is not None:
            return town.pk, TOWN
        county = organisation_of_department("minzheng", division_code[:6])
        if county is None:
            raise ServiceError("这个县还没有登记民政部门，单没有开成。请系统管理员在“机构”里补上。", code="no_sender")
        return self.places.seated(county, COUNTY).pk, COUNTY

    def _setting(self, division_code: str) -> Setting:
        county = division_code[:6]
        if county not in self._settings:
            self._settings[county] = Setting.of(county)
        return self._settings[county]

    def _held(self, role: str, area: str, kind: str) -> bool:
        """那里有没有这样的单位，且有人任这个岗位。"""
        if (role, area) not in self._holders:
            first = organisations(area=area, kind=kind).order_by("code").first()
            self._holders[role, area] = (
                first is not None
                and Post.objects.filter(
                    today(), role=role, organisation=self.places.seated(first, role), user__is_active=True
                ).exists()
            )
        return self._holders[role, area]
