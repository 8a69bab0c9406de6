"""按需调入：对象库里没有、户籍里有的一户，当场从最近一次监测读的户籍文件里取来。"""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jiuzhu.engine.errors import EngineError
from jiuzhu.keys import read_identity_key
from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.ground.crypto import blind_index
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.registry.models import EconomySnapshot, Event, Household, Membership, Person
from jiuzhu.web.registry.subjects import household_subject

from .events import event_add
from .loading.economy import economy
from .words import tokens_refresh

EVERYTHING = Scope.everything()
NOT_FOUND = "户籍数据里没有这一户，或不归您当前的岗位管。请核对号码。"


def household_fetch(
    *,
    register: Callable[[], pl.DataFrame],
    run_number: int,
    as_of: date,
    actor: Actor,
    scope: Scope,
    household_id: str = "",
    id_number: str = "",
    out: Path | None = None,
    now: datetime | None = None,
) -> Household:
    """把一户调进对象库；已经在库的直接返回。``register`` 取来最近一次监测用的户籍规范表（没有时抛 ``EngineError``）。

    ``out`` 是那次监测的结果文件夹，给了就连同这一户的经济状况一起调来。

    抛 ``ServiceError``：户籍里没有，或不在所辖之内（两者说法一样，不透露）。
    """
    from jiuzhu.engine.roster import read_household  # noqa: PLC0415 载入计算库较慢，用到时才载入

    limit(f"user:{actor.user_id}", "search")
    try:
        people = read_household(
            register(), key=read_identity_key(settings.KEY_FILE), household_id=household_id, id_number=id_number
        )
    except EngineError as error:
        raise ServiceError(NOT_FOUND, code="not_in_register", status=404) from error
    code = _place(people)
    if not scope.covers(code):
        raise ServiceError(NOT_FOUND, code="not_in_register", status=404)
    home = people["household_id"][0]
    known = Household.objects.within(scope).filter(household_id=home).first()
    return known or _keep(people, home, code, run_number, as_of, out, actor, now or timezone.now())


def _place(people: pl.DataFrame) -> str:
    codes = people.sort(pl.col("relation") != "户主", nulls_last=True)["village_code"].drop_nulls()
    return str(codes[0]) if codes.len() else ""


@transaction.atomic
def _keep(
    people: pl.DataFrame, home: str, code: str, run_number: int, as_of: date, out: Path | None, actor: Actor,
    moment: datetime,
) -> Household:  # fmt: skip
    household = Household.objects.create(
        household_id=home, division_code=code, kind=Household.Kind.DEMAND, as_of=as_of, last_run_number=run_number,
        first_run_number=run_number, changed_at=moment, size=int(people["alive"].sum()),
    )  # fmt: skip
    elsewhere = Person.objects.within(EVERYTHING).filter(person_id__in=people["person_id"].to_list())
    known = set(elsewhere.values_list("person_id", flat=True))
    for row in (
        people.filter(~pl.col("person_id").is_in(list(known)))
        .sort(pl.col("relation") != "户主", "birth_date", nulls_last=True)
        .to_dicts()
    ):
        _keep_person(household, row, run_number, as_of)
    if out is not None and (out / "household_facts.parquet").is_file():
        _keep_economy(household, out, run_number, as_of)
    head = Person.objects.within(EVERYTHING).filter(household=household, alive=True).order_by("pk").first()
    if head is not None:
        household.head, household.address = head, head.address
        household.save(update_fields=["head", "address"])
    tokens_refresh(household)
    event_add(
        household=household,
        kind=Event.Kind.FOUND,
        title="按需调入对象库",
        actor=actor,
        source_kind="registry.fetch",
        source_key=str(run_number),
        at=moment,
    )
    record(
        actor=actor,
        action="registry.household_fetch",
        subject=household_subject(household),
        after={"people": people.height},
    )
    return household


def _keep_person(household: Household, row: dict[str, Any], run_number: int, as_of: date) -> None:
    number = str(row["id_number"] or "")
    person = Person(
        household=household,
        division_code=household.division_code,
        person_id=row["person_id"],
        name=str(row["name"] or "")[:60],
        sex=row["sex"] if row["sex"] in Person.Sex.values else "",
        birth_date=row["birth_date"],
        id_number=number,
        id_number_index=blind_index(number) if number else None,
        address=str(row["address"] or "")[:200],
        relation=str(row["relation"] or "")[:20],
        alive=bool(row["alive"]),
        died_on=row["died_on"],
        last_run_number=run_number,
    )
    person.save(force_insert=True)
    died = row["died_on"] if isinstance(row["died_on"], date) else as_of
    Membership.objects.create(
        household=household,
        division_code=household.division_code,
        person=person,
        relation=person.relation,
        since=as_of if person.alive else min(died, as_of),
        until=None if person.alive else died,
        run_number=run_number,
    )


def _keep_economy(household: Household, out: Path, run_number: int, as_of: date) -> None:
    """这一户的经济状况；部门数据里什么也没有的不存。"""
    found = economy(out, pl.Series([household.household_id]))
    EconomySnapshot.objects.bulk_create(
        EconomySnapshot(
            household=household, division_code=household.division_code, run_number=run_number, as_of=as_of,
            figures=json.loads(told), digest=digest,
        )
        for told, digest in found.select("figures", "digest").iter_rows()
    )  # fmt: skip
