"""县里的派单设置。"""

from django.db import transaction

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.ground.errors import NotAllowed, ServiceError
from jiuzhu.web.orders.models import Setting


@transaction.atomic
def setting_set(*, county_code: str, asked_percent: int, data_sender: str, actor: Actor, scope: Scope) -> Setting:
    """设定回访比例、数据来的单由谁派。只影响以后开的单。"""
    county = county_code[:6]
    if not scope.covers(county):
        raise NotAllowed("这个县不归您当前的岗位管。", code="outside_area")
    if not 0 <= asked_percent <= 100:
        raise ServiceError("回访比例是 0 到 100 的整数。", code="bad_percent")
    before = Setting.of(county)
    was = {"asked_percent": before.asked_percent, "data_sender": before.data_sender}
    now = {"asked_percent": asked_percent, "data_sender": data_sender}
    found, _ = Setting.objects.update_or_create(county_code=county, defaults=now)
    record(
        actor=actor,
        action="orders.setting_set",
        subject=Subject("orders.setting", county, "派单设置"),
        before=was,
        after=now,
    )
    return found
