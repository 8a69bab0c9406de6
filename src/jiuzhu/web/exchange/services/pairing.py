"""监测之后，把拿不准的行与候选装进认人台，把照办的结果写回决定。两边的内容当即加密。"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.identity.decisions import row_codes
from jiuzhu.engine.identity.universe import REGISTER
from jiuzhu.keys import read_identity_key
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.exchange.models import Batch, MatchCandidate, MatchDecision, MatchRow
from jiuzhu.web.exchange.selectors.matching import LOOK_AGAIN

from .intake import batch_intake

EVERYTHING = Scope.everything()
CHUNK = 500


@dataclass(frozen=True)
class Question:
    """一行拿不准的：内容、相同的行数、候选（人编号与把握）。"""

    batch: Batch
    source: str
    row: int
    rows: int
    code: str
    content: str
    candidates: tuple[tuple[str, float], ...]


@transaction.atomic
def matches_refresh(*, out: Path, division_code: str, run_number: int, batches: Iterable[Batch], actor: Actor) -> int:
    """装入一次监测里拿不准的行，返回有几问。已有决定的不动；不再拿不准的记为认清。"""
    used = {batch.file_name: batch for batch in batches}
    questions = list(_questions(pl.read_parquet(out / "doubtful.parquet"), used))
    people = _People(out, used, {person for each in questions for person, _ in each.candidates})
    asked = _keep(questions, people, division_code, run_number)
    mine = MatchRow.objects.within(EVERYTHING).filter(division_code=division_code)
    mine.filter(settled_at=None).exclude(pk__in=asked).update(settled_at=timezone.now())
    again = _outcomes(out, division_code, run_number)
    after = {"asked": len(asked), "again": again, "run": run_number}
    subject = Subject("exchange.matches", division_code, "认人台")
    record(actor=actor, action="exchange.matches_refresh", subject=subject, after=after)
    return len(asked)


def _questions(doubtful: pl.DataFrame, used: Mapping[str, Batch]) -> Iterator[Question]:
    """内容相同的行只问一次。"""
    key = read_identity_key(settings.KEY_FILE)
    asked: dict[tuple[str, str], Question] = {}
    for (name,), part in doubtful.group_by("file", maintain_order=True):
        batch = used.get(str(name))
        if batch is None:
            continue
        intake = batch_intake(batch)
        rows = intake.rows.filter(pl.col("row").is_in(part["row"].unique().implode()))
        rows = rows.with_columns(row_codes(batch.source, rows, key))
        pairs = part.sort("row", "rank").group_by("row", maintain_order=True).agg("candidate", "probability")
        candidates = {row: tuple(zip(who, odds, strict=True)) for row, who, odds in pairs.iter_rows()}
        for row in rows.iter_rows(named=True):
            place = (batch.source, row["row_code"])
            count = asked[place].rows + 1 if place in asked else 1
            found = candidates[row["row"]]
            asked[place] = Question(batch, batch.source, row["row"], count, row["row_code"], sealed(row), found)
    yield from asked.values()


def sealed(row: Mapping[str, Any]) -> str:
    """一行的非空各项写成 JSON 文字；落库时由字段加密。"""
    skipped = ("file", "row", "row_code")
    return json.dumps(
        {key: str(value) for key, value in row.items() if value is not None and key not in skipped}, ensure_ascii=False
    )


class _People:
    """候选人的那一面：户籍里的一行；不在户籍的取名单上的一行。"""

    def __init__(self, out: Path, used: Mapping[str, Batch], wanted: set[str]) -> None:
        known = pl.read_parquet(out / "people.parquet").filter(pl.col("person_id").is_in(list(wanted)))
        self.about = {row["person_id"]: row for row in known.iter_rows(named=True)}
        self.content = dict(_written(out, used, wanted))

    def classes(self, person: str) -> list[str]:
        """现有类别。"""
        return list(self.about.get(person, {}).get("classes") or [])

    def candidates(self, match: MatchRow, question: Question) -> Iterator[MatchCandidate]:
        """一问的候选，按把握排。"""
        for rank, (person, odds) in enumerate(question.candidates, 1):
            yield MatchCandidate(
                match=match,
                division_code=match.division_code,
                person_id=person,
                household_id=self.about.get(person, {}).get("household_id") or "",
                probability=odds,
                rank=rank,
                classes=self.classes(person),
                content=self.content.get(person, "{}"),
            )


def _written(out: Path, used: Mapping[str, Batch], wanted: set[str]) -> Iterator[tuple[str, str]]:
    register = {name for name, batch in used.items() if batch.source == REGISTER}
    links = pl.scan_parquet(out / "links.parquet").filter(pl.col("person_id").is_in(list(wanted))).collect()
    links = links.filter(pl.col("file").is_in(list(used)))
    links = links.sort(~pl.col("file").is_in(list(register)), "file", "row").unique("person_id", keep="first")
    for (name,), part in links.group_by("file"):
        rows = batch_intake(used[str(name)]).rows.join(part.select("row", "person_id"), on="row")
        for row in rows.iter_rows(named=True):
            yield row.pop("person_id"), sealed(row)


def _keep(questions: list[Question], people: _People, division_code: str, run_number: int) -> list[int]:
    """各问与候选写进库，已有的更新。返回主键。"""
    catalog = load_catalog()
    made = [
        MatchRow(
            division_code=division_code,
            batch=each.batch,
            source=each.source,
            row=each.row,
            rows=each.rows,
            row_code=each.code,
            content=each.content,
            on_list=catalog[each.source].kind == "population" or any(people.classes(one) for one, _ in each.candidates),
            best=max(odds for _, odds in each.candidates),
            run_number=run_number,
        )
        for each in questions
    ]
    kept = MatchRow.objects.bulk_create(
        made,
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["division_code", "source", "row_code"],
        update_fields=["batch", "row", "rows", "content", "on_list", "best", "run_number", "settled_at"],
    )
    keys = [match.pk for match in kept]
    MatchCandidate.objects.within(EVERYTHING).filter(match__in=keys).delete()
    every = (people.candidates(match, each) for match, each in zip(kept, questions, strict=True))
    MatchCandidate.objects.bulk_create((one for some in every for one in some), batch_size=CHUNK)
    _reopen({match.pk: {one for one, _ in each.candidates} for match, each in zip(kept, questions, strict=True)})
    return keys


def _reopen(people: Mapping[int, set[str]]) -> None:
    """选过“都不是”，如今另有新的候选：再问一次。"""
    made = MatchDecision.objects.within(EVERYTHING).filter(match__in=list(people), undone_at=None, person_id="")
    again = [each.match_id for each in made if each.effective_at and people[each.match_id] - set(each.rejected)]
    MatchRow.objects.within(EVERYTHING).filter(pk__in=again).update(reopened_at=timezone.now())


def _outcomes(out: Path, division_code: str, run_number: int) -> int:
    """照办的结果写回各决定；返回要复看的条数。"""
    path = out / "decided.parquet"
    if not path.is_file():
        return 0
    found = pl.read_parquet(path).group_by("source", "row_code").agg(pl.col("outcome").unique())
    told = {(source, code): set(outcomes) for source, code, outcomes in found.iter_rows()}
    order = (*LOOK_AGAIN, "applied", "agreed", "unseen")
    made = MatchDecision.objects.within(EVERYTHING).filter(division_code=division_code, undone_at=None)
    changed = []
    for decision in made.select_related("match"):
        outcomes = told.get((decision.match.source, decision.match.row_code))
        if outcomes:
            decision.outcome = next(each for each in order if each in outcomes)
            decision.outcome_run = run_number
            changed.append(decision)
    MatchDecision.objects.within(EVERYTHING).bulk_update(changed, ["outcome", "outcome_run"], batch_size=CHUNK)
    return sum(decision.outcome in LOOK_AGAIN for decision in changed)
