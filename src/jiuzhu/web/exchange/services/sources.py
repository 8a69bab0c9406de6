"""来源的约定与提醒。"""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.exchange.errors import ExchangeError
from jiuzhu.web.exchange.models import Batch, SourceSetting
from jiuzhu.web.exchange.selectors.board import source_lines
from jiuzhu.web.exchange.sources import catalog, organisation_for
from jiuzhu.web.notices.audience import Audience
from jiuzhu.web.notices.services import notice_send

EVERYTHING = Scope.everything()


@transaction.atomic
def source_set(
    *, division_code: str, source: str, rhythm: str, every_days: int, month_day: int, actor: Actor, scope: Scope
) -> SourceSetting:
    """约定一个来源多久报一次。

    抛 ``ExchangeError``：没有这个来源（unknown_source）。
    """
    if source not in catalog().sources or not scope.covers(division_code):
        raise ExchangeError("没有这个来源，没有改动。", code="unknown_source", status=404)
    before = SourceSetting.objects.within(scope).filter(division_code=division_code, source=source).first()
    now = {"rhythm": rhythm, "every_days": every_days, "month_day": month_day}
    setting, _ = SourceSetting.objects.within(scope).update_or_create(
        division_code=division_code,
        source=source,
        defaults={**now, "organisation": organisation_for(source, division_code)},
    )
    past = {name: getattr(before, name) for name in now} if before else None
    subject = Subject("exchange.source", source, catalog()[source].title)
    record(actor=actor, action="exchange.source_set", subject=subject, before=past, after=now)
    return setting


def late_reminded(*, today: date | None = None) -> int:
    """迟了的来源，提醒报送单位与县监测员，一期只提醒一次。返回发了几则。"""
    day = today or timezone.localdate()
    counties = Batch.objects.within(EVERYTHING).order_by().values_list("division_code", flat=True).distinct()
    return sum(_reminded(division_code, day) for division_code in list(counties))


def _reminded(division_code: str, day: date) -> int:
    sent, actor = 0, Actor.system("来源时效", division_code=division_code)
    for line in source_lines(EVERYTHING, division_code, day):
        if not line.expected.is_late or line.expected.due is None:
            continue
        to = Audience.holders("county_monitor", area=division_code[:6])
        if line.organisation is not None:
            to = to | Audience.organisation(line.organisation.pk)
        due = line.expected.due
        notice = notice_send(
            title=f"{line.source.title}还没有报",
            kind="urging",
            to=to,
            actor=actor,
            body=f"应在{due.year}年{due.month}月{due.day}日之前报，已迟 {line.expected.late_days} 天。"
            f"没有新数据，{len(line.blocked.indicators)} 项指标只能按旧数据算。",
            link=reverse("exchange:source", args=[line.source.key]),
            key=f"exchange.late:{division_code[:6]}:{line.source.key}:{line.expected.period}",
        )
        sent += notice is not None
    return sent
