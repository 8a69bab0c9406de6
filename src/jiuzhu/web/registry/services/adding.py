"""窗口建档：户籍里没有的人（外地户口、刚迁来），照证件登记成一人一户；以后数据里有了，编号对得上。"""

from datetime import date, datetime

import polars as pl
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jiuzhu.keys import read_identity_key
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.ground.crypto import blind_index
from jiuzhu.web.ground.errors import Conflict, NotAllowed, ServiceError
from jiuzhu.web.registry.models import Event, Household, Membership, Person
from jiuzhu.web.registry.subjects import household_subject

from .events import event_add
from .words import tokens_refresh

EVERYTHING = Scope.everything()


@transaction.atomic
def person_add(
    *,
    name: str,
    id_number: str,
    sex: str,
    birth_date: date | None,
    division_code: str,
    address: str,
    actor: Actor,
    scope: Scope,
    now: datetime | None = None,
) -> Person:
    """``id_number`` 是查过校验位的十八位号码；``division_code`` 是现在住的村（社区）。

    Raises:
        NotAllowed: 那个地方不归当前岗位管（outside_area）。
        ServiceError: 没有写姓名（no_name）。
        Conflict: 这个号码不能在这里建档（cannot_add）；不说是不是已有档案。
    """
    if not scope.covers(division_code):
        raise NotAllowed("那个地方不归您当前的岗位管，没有建档。", code="outside_area")
    if not name.strip():
        raise ServiceError("请写姓名。", code="no_name")
    moment = now or timezone.now()
    person_id, household_id = _identifiers(id_number)
    if Person.objects.within(EVERYTHING).filter(person_id=person_id).exists() or _taken(household_id):
        raise Conflict("这个号码不能在这里建档。请交县经办处理。", code="cannot_add")
    household = Household.objects.create(
        household_id=household_id, division_code=division_code, kind=Household.Kind.REPORTED, address=address[:200],
        changed_at=moment, size=1,
    )  # fmt: skip
    person = Person(
        household=household, division_code=division_code, person_id=person_id, name=name.strip()[:60], sex=sex,
        birth_date=birth_date, id_number=id_number, id_number_index=blind_index(id_number), address=address[:200],
        relation="户主",
    )  # fmt: skip
    person.save(force_insert=True)
    Membership.objects.create(
        household=household, division_code=division_code, person=person, relation="户主",
        since=timezone.localtime(moment).date(),
    )  # fmt: skip
    household.head = person
    household.save(update_fields=["head"])
    tokens_refresh(household)
    event_add(
        household=household, kind=Event.Kind.FOUND, title="窗口建档", actor=actor, source_kind="registry.added",
        source_key=household_id, at=moment,
    )  # fmt: skip
    record(actor=actor, action="registry.person_add", subject=household_subject(household))
    return person


def _identifiers(id_number: str) -> tuple[str, str]:
    """与监测时算的同一套编号：不在户籍的人，一人一户。"""
    from jiuzhu.engine.identity.keys import household_ids, person_ids  # noqa: PLC0415 引擎载入较慢

    key = read_identity_key(settings.KEY_FILE)
    people = person_ids(key, pl.Series([id_number]))
    homes = household_ids(key, pl.Series([f"id:{id_number}"]))
    return str(people[0]), str(homes[0])


def _taken(household_id: str) -> bool:
    return Household.objects.within(EVERYTHING).filter(household_id=household_id).exists()
