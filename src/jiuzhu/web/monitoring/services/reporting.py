"""每月一报：上个月的成效发给县领导，只有数，没有户。"""

from datetime import date

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.urls import reverse

from jiuzhu.web.access.models import Post
from jiuzhu.web.access.scope import Scope, narrowed
from jiuzhu.web.access.selectors import today
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.selectors import full_code
from jiuzhu.web.monitoring.effect import Filters, effect_of
from jiuzhu.web.monitoring.effect.compute import Effect
from jiuzhu.web.monitoring.models import COUNTY_WIDTH, Run
from jiuzhu.web.notices.audience import Audience
from jiuzhu.web.notices.services import notice_send

READERS = ("leader",)


def effect_notices_send(*, day: date) -> int:
    """``day`` 的上一个月，每个监测过的县给领导发一则；同一个月只发一次。返回发了几则。"""
    month = day.replace(day=1) - relativedelta(months=1)
    filters = Filters(since=month, until=month)
    counties = Run.objects.within(Scope.everything()).filter(status=Run.Status.DONE)
    sent = 0
    for code in sorted(set(counties.order_by().values_list("division_code", flat=True))):
        sent += _send(code[:COUNTY_WIDTH], filters)
    return sent


@transaction.atomic
def _send(county: str, filters: Filters) -> int:
    scope = narrowed(Scope.everything(), [county])
    effect = effect_of(scope, filters)
    if not effect.total.warned and not effect.findings["true"]:
        return 0  # 这个月没有监测、也没有核实，没有可说的
    readers = Post.objects.filter(today(), role__in=READERS, division_code=full_code(county))
    notice = notice_send(
        title=f"{filters.period}救助成效",
        kind="monitoring",
        to=Audience.people(readers.values_list("user_id", flat=True)),
        actor=Actor.system("成效月报", division_code=full_code(county)),
        body=words(effect),
        link=f"{reverse('monitoring:effect')}?since={filters.since:%Y-%m}&until={filters.until:%Y-%m}",
        key=f"monitoring.effect:{county}:{filters.since:%Y-%m}",
    )
    return int(notice is not None)


def words(effect: Effect) -> str:
    """几句话说清这个月。"""
    total, findings = effect.total, effect.findings
    parts = [
        f"预警 {total.warned:,} 户，派单 {total.sent:,} 户，办结 {total.ended:,} 户，属实 {total.true:,} 户",
        f"命中率 {total.hit_rate:g}%" if total.hit_rate is not None else "",
        f"按时接单 {effect.in_time_rate:g}%" if effect.in_time_rate is not None else "",
        f"办结用时一半不超过 {total.median_days:.1f} 天" if total.median_days is not None else "",
        f"帮扶 {effect.helped:,} 户，一次性 {effect.money:,.2f} 元，每月 {effect.monthly:,.2f} 元",
        f"数据发现核实属实 {findings['true']:,} 个，每月少发 {findings['saved']:,.2f} 元，新给 {findings['granted']:,.2f} 元",
    ]
    return "；".join(part for part in parts if part) + "。"
