"""认人台的读取：待认的、待复核的、认过的，和交给引擎的全部决定。"""

from dataclasses import dataclass

import polars as pl
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from jiuzhu.engine.identity.decisions import ROWS, SAME, Decisions
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.exchange.models import MatchCandidate, MatchDecision, MatchRow
from jiuzhu.web.registry.selectors import merges

LOOK_AGAIN = ("conflict", "contradictory", "gone")  # 没有照办的结果，要人复看


@dataclass(frozen=True)
class Progress:
    """认人台上还有多少、办了多少。"""

    open: int
    waiting: int
    again: int
    today: int

    @property
    def percent(self) -> int:
        """今天办了的占比，0–100。"""
        return round(self.today * 100 / (self.today + self.open)) if self.today + self.open else 100


def rows(scope: Scope) -> QuerySet[MatchRow]:
    """所辖的全部待认的行，连同候选。"""
    found = MatchCandidate.objects.within(scope).order_by("rank")
    return MatchRow.objects.within(scope).select_related("batch").prefetch_related(Prefetch("candidates", found))


def queue(scope: Scope) -> QuerySet[MatchRow]:
    """还没有人认的：没有有效的决定，或决定之后又有了新候选。"""
    standing = MatchDecision.objects.within(scope).filter(match=OuterRef("pk"), undone_at=None)
    standing = standing.filter(Q(match__reopened_at=None) | Q(at__gt=F("match__reopened_at")))
    return rows(scope).filter(settled_at=None).exclude(Exists(standing))


def following(scope: Scope, after: MatchRow | None) -> MatchRow | None:
    """下一行；到底了从头来。"""
    waiting = queue(scope)
    if after is not None:
        rest = waiting.exclude(pk=after.pk).filter(
            Q(on_list__lt=after.on_list)
            | Q(on_list=after.on_list, best__lt=after.best)
            | Q(on_list=after.on_list, best=after.best, pk__gt=after.pk)
        )
        return rest.first() or waiting.exclude(pk=after.pk).first() or waiting.first()
    return waiting.first()


def decisions(scope: Scope) -> QuerySet[MatchDecision]:
    """全部决定，新的在前。"""
    found = MatchCandidate.objects.within(scope).order_by("rank")
    prefetch = Prefetch("match__candidates", found)
    return MatchDecision.objects.within(scope).select_related("match__batch").prefetch_related(prefetch)


def waiting(scope: Scope) -> QuerySet[MatchDecision]:
    """待另一人复核的，先提的在前。"""
    return decisions(scope).filter(undone_at=None, needs_second=True, agreed_at=None).order_by("at", "pk")


def look_again(scope: Scope) -> QuerySet[MatchDecision]:
    """与凭据相左、没有照办的决定。"""
    return decisions(scope).filter(undone_at=None, outcome__in=LOOK_AGAIN)


def standing(match: MatchRow, scope: Scope) -> MatchDecision | None:
    """这一行现有的决定。"""
    return decisions(scope).filter(match=match, undone_at=None).first()


def progress(scope: Scope) -> Progress:
    """各栏的条数；今天办了的含待复核的。"""
    since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    made = MatchDecision.objects.within(scope)
    return Progress(
        open=queue(scope).count(),
        waiting=waiting(scope).count(),
        again=look_again(scope).count(),
        today=made.filter(at__gte=since, undone_at=None).count(),
    )


def linkage_decisions(division_code: str) -> Decisions:
    """一个县现行有效的全部决定，交给引擎照办：认人台的，和对象库里确认了的合并。"""
    everything = Scope.everything()
    county = division_code[:6]
    made = MatchDecision.objects.within(everything).filter(division_code=division_code, undone_at=None)
    made = made.filter(Q(needs_second=False) | Q(agreed_at__isnull=False)).select_related("match")
    verdicts = [
        (each.match.source, each.match.row_code, person, yes)
        for each in made
        for person, yes in ([(each.person_id, True)] if each.person_id else [(one, False) for one in each.rejected])
    ]
    joined = merges(everything).filter(
        kind="merge", division_code__startswith=county, confirmed_at__isnull=False, undone_at=None
    )
    pairs = list(joined.values_list("kept__person_id", "absorbed__person_id"))
    return Decisions(pl.DataFrame(verdicts, schema=ROWS, orient="row"), pl.DataFrame(pairs, schema=SAME, orient="row"))
