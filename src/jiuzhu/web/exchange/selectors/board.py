"""时效一览：每个来源报到哪天、迟没迟、耽误什么、历次多少行。"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from jiuzhu.engine.catalog import Source
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.exchange.current import effective
from jiuzhu.web.exchange.dependence import Blocked, blocked_by
from jiuzhu.web.exchange.freshness import Agreed, Expected, default_agreement, expected
from jiuzhu.web.exchange.models import Batch, Connection, SourceSetting
from jiuzhu.web.exchange.models.batch import State
from jiuzhu.web.exchange.sources import catalog, organisation_for, own_sources

from .batches import HEAVY

TREND = 12
NOTHING = Blocked((), ())


@dataclass
class SourceLine:
    """一个来源的时效。``current`` 是现在用着的各批，``history`` 是收好的各批，旧的在前。"""

    source: Source
    agreed: Agreed
    expected: Expected
    organisation: Organisation | None
    blocked: Blocked
    current: list[Batch] = field(default_factory=list)
    history: list[Batch] = field(default_factory=list)
    today: date = field(default_factory=timezone.localdate)
    connection: Connection | None = None

    @property
    def data_date(self) -> date | None:
        """在用的数据到哪一天。"""
        return max((batch.data_date for batch in self.current if batch.data_date), default=None)

    @property
    def age_days(self) -> int | None:
        """数据有多旧，天数。"""
        return (self.today - self.data_date).days if self.data_date else None

    @property
    def last(self) -> Batch | None:
        """最近收好的一批。"""
        return self.history[-1] if self.history else None

    @property
    def rows(self) -> int:
        """在用的行数。"""
        return sum(int(batch.counts.get("rows_accepted", 0)) for batch in self.current)

    @property
    def bars(self) -> list[dict[str, int]]:
        """历次接受的行数，画成小条：``x height number rows``，最高 24。"""
        shown = [(batch.number, int(batch.counts.get("rows_accepted", 0))) for batch in self.history[-TREND:]]
        top = max((rows for _, rows in shown), default=0) or 1
        heights = [max(1, round(rows * 24 / top)) for _, rows in shown]
        return [
            {"x": at * 7, "y": 24 - height, "height": height, "number": number, "rows": rows}
            for at, ((number, rows), height) in enumerate(zip(shown, heights, strict=True))
        ]

    @property
    def rank(self) -> tuple[int, int, str]:
        """迟得久的在前，同样迟的看耽误多少指标。"""
        return (-self.expected.late_days, -len(self.blocked.indicators), self.source.key)


def source_lines(scope: Scope, division_code: str, today: date | None = None) -> list[SourceLine]:
    """这个范围看得到的各来源：管全县的看全部，部门只看自己报的。"""
    day = today or timezone.localdate()
    taken: dict[str, list[Batch]] = defaultdict(list)
    rows = Batch.objects.within(scope).filter(Batch.state_filter(State.TAKEN), division_code=division_code)
    for batch in rows.defer(*HEAVY).order_by("number"):
        taken[batch.source].append(batch)
    settings = {item.source: item for item in SourceSetting.objects.within(scope).filter(division_code=division_code)}
    connected = {item.source: item for item in Connection.objects.within(scope).filter(division_code=division_code)}
    blocked = blocked_by(division_code)
    lines = []
    for source in seen_sources(scope, division_code):
        history = taken.get(source.key, [])
        agreed: Agreed = settings.get(source.key) or default_agreement(source.frequency)
        last = timezone.localdate(history[-1].received_at) if history else None
        lines.append(
            SourceLine(
                source,
                agreed,
                expected(agreed, last, day),
                organisation_for(source.key, division_code),
                blocked.get(source.key, NOTHING),
                effective(history),
                history,
                day,
                connected.get(source.key),
            )
        )
    return sorted(lines, key=lambda line: line.rank)


def seen_sources(scope: Scope, division_code: str) -> list[Source]:
    """这个范围管得着的来源。"""
    if scope.covers(division_code):
        return list(catalog())
    if scope.organisation_id is None:
        return []
    organisation = Organisation.objects.filter(pk=scope.organisation_id).first()
    own = own_sources(organisation.department) if organisation else []
    return [catalog()[key] for key in own]


def source_line(scope: Scope, division_code: str, source: str) -> SourceLine | None:
    """一个来源；看不到的为空。"""
    return next((line for line in source_lines(scope, division_code) if line.source.key == source), None)


def connection_of(scope: Scope, division_code: str, source: str) -> Connection | None:
    """一个来源的数据库连接；没有设、看不到的为空。"""
    return Connection.objects.within(scope).filter(division_code=division_code, source=source).first()
