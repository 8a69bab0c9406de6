"""装库的主线：备表、进临时表、一步步并入、写查找词、记一笔审计，一个事务。"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from django.db import connection, transaction
from django.utils import timezone

from jiuzhu.engine.catalog import object_classes
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.divisions.codes import FULL
from jiuzhu.web.divisions.selectors import current
from jiuzhu.web.registry.models import Household, Person
from jiuzhu.web.registry.services.words import place_names
from jiuzhu.web.registry.tokens import address_tokens, digest, id_tokens, name_tokens

from . import statements
from .economy import economy
from .frames import Frames, make_frames
from .sealing import sealed
from .tables import create_tables, fill, fill_rows

if TYPE_CHECKING:
    from jiuzhu.engine.roster import Roster

Progress = Callable[[str, int, int], None]
REGISTER = "hukou"
LAST_STEP = "查找词"


@dataclass(frozen=True)
class Loaded:
    """装了多少。"""

    households: int
    people: int
    events: int


def households_load(
    *,
    run_number: int,
    roster: "Roster",
    out: Path,
    actor: Actor | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Loaded:
    """把第 ``run_number`` 次监测装进对象库；可重复，同一次再装一遍结果不变。

    装：有人在册、预警或有发现的户，和库里已有的户。离开数据的人留下经历；名单这次没交来的类别不动。
    """
    tell = progress or (lambda step, done, total: None)
    moment = now or timezone.now()
    with Scope.everything().applied(), transaction.atomic():
        frames = make_frames(roster, out, known=_known(), fallback=_fallback(roster))
        if frames.households.is_empty():
            return Loaded(0, 0, 0)
        tell("装入对象库", 0, len(statements.STEPS) + 1)
        _execute(statements.PLAN)
        _fill(frames, roster, out)
        parameters = {
            "run": run_number,
            "as_of": roster.as_of,
            "now": moment,
            "complete": REGISTER in roster.sources,
            "order": list(object_classes()),
        }
        for done, (_, steps) in enumerate(statements.STEPS, start=1):
            for step in steps:
                _execute(step, parameters)
            tell("装入对象库", done, len(statements.STEPS) + 1)
        _move_children()
        write_tokens(_changed_tokens(frames))
        loaded = Loaded(frames.households.height, frames.people.height, _count("load_event"))
        record(
            actor=actor or Actor.system("监测"),
            action="registry.households_load",
            subject=Subject("registry.households", str(run_number), f"第 {run_number} 次监测"),
            after={"households": loaded.households, "people": loaded.people, "events": loaded.events},
        )
    return loaded


def _known() -> set[str]:
    return set(Household.objects.within(Scope.everything()).values_list("household_id", flat=True))


def _fallback(roster: "Roster") -> str:
    """所在村不详的户记到县：数据里最多的那个县，数据里没有村码就用区划表里的县。"""
    codes = roster.people["village_code"].drop_nulls().str.slice(0, 6).to_list()
    if codes:
        return Counter(codes).most_common(1)[0][0].ljust(FULL, "0")
    county = current().filter(level="county").order_by("code").values_list("code", flat=True).first()
    return county or "100000000000"


def _fill(frames: Frames, roster: "Roster", out: Path) -> None:
    create_tables()
    titles = [
        (item.code, item.title, bool(item.source) and item.source in roster.sources)
        for item in object_classes().values()
    ]
    fill_rows("load_title", ("code", "title", "delivered"), titles)
    fill("load_household", frames.households)
    fill("load_person", sealed(frames.people))
    fill("load_class", frames.classes)
    fill("load_economy", economy(out, frames.households["household_id"]))


def _execute(statement: str, parameters: dict[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def _move_children() -> None:
    """户换了村，它名下的记录跟着换。"""
    if _count("load_moved"):
        for table in statements.CHILDREN:
            _execute(statements.MOVED_CHILD.format(table=table))


def _changed_tokens(frames: Frames) -> Iterator[tuple[str, str, set[str]]]:
    """词表有变的户：（户编号，摘要，词）。更正过姓名的以更正的为准。"""
    everything = Scope.everything()
    corrected = dict(
        Person.objects.within(everything).filter(corrected__contains=["name"]).values_list("person_id", "name")
    )
    households = Household.objects.within(everything).filter(last_run_number__isnull=False)
    before = dict(households.values_list("household_id", "token_digest"))
    names = frames.people.group_by("household_id").agg("person_id", "name")
    joined = frames.households.select("household_id", "division_code", "address").join(names, on="household_id")
    places: dict[str, tuple[str, ...]] = {}
    for home, code, address, people, called in joined.iter_rows():
        if code not in places:
            places[code] = place_names(code)
        shown = [corrected.get(person, name) for person, name in zip(people, called, strict=True)]
        words = household_tokens(home, people, shown, address, places[code])
        made = digest(words, code)
        if before.get(home) != made:
            yield home, made, words


def household_tokens(
    household_id: str, person_ids: Iterable[str], names: Iterable[str], address: str, places: Iterable[str]
) -> set[str]:
    """一户全部的查找词。"""
    words = id_tokens(household_id, *person_ids) | address_tokens(address, places)
    for name in names:
        words |= name_tokens(name)
    return words


def write_tokens(rows: Iterable[tuple[str, str, set[str]]]) -> None:
    """换掉这些户的词。``load_token`` 临时表须已建好。"""
    kept = list(rows)
    if not kept:
        return
    fill_rows("load_token", ("household_id", "token"), ((home, word) for home, _, words in kept for word in words))
    _execute(statements.TOKENS_GONE)
    _execute(statements.TOKENS)
    frame = pl.DataFrame({"home": [row[0] for row in kept], "made": [row[1] for row in kept]})
    _execute(
        "UPDATE registry_household h SET token_digest = d.made"
        " FROM unnest(%(homes)s::text[], %(made)s::text[]) AS d(home, made) WHERE h.household_id = d.home",
        {"homes": frame["home"].to_list(), "made": frame["made"].to_list()},
    )
