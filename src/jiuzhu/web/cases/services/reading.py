"""读一张证：找到是谁，没有档案的从户籍里调来，并记下因申请看了谁。"""

from functools import partial
from pathlib import Path

from django.db import transaction

from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.cases.errors import CaseError
from jiuzhu.web.cases.numbers import born, id_number_in, sex_of
from jiuzhu.web.cases.selectors import person_by_number
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.monitoring.selectors import latest_run
from jiuzhu.web.monitoring.services import register_of
from jiuzhu.web.registry.models import Person
from jiuzhu.web.registry.services import household_fetch, person_add
from jiuzhu.web.registry.subjects import person_subject

REASON = "申请"
UNKNOWN = "所辖之内的档案和户籍里都没有这个人。可能户口在外地，或刚迁来；核对号码无误的，可以照证件登记。"


def card_read(*, text: str, actor: Actor, scope: Scope) -> Person:
    """``text`` 是读卡器、扫码枪或手输的内容；号码不留下。

    Raises:
        ServiceError: 号码不对（no_number、bad_number、several_numbers），找不到（no_such_person），太频繁（too_many）。
    """
    limit(f"user:{actor.user_id}", "search")
    number = id_number_in(text)
    person = person_by_number(scope, number) or _fetched(number, actor, scope)
    with transaction.atomic():
        record(actor=actor, action="cases.card_read", subject=person_subject(person), reason=REASON)
    return person


@transaction.atomic
def stranger_add(*, text: str, name: str, division_code: str, address: str, actor: Actor, scope: Scope) -> Person:
    """户籍里没有的人照证件登记；性别、生日取自号码。错误见 ``registry.services.person_add``。"""
    number = id_number_in(text)
    person = person_add(
        name=name, id_number=number, sex=sex_of(number), birth_date=born(number), division_code=division_code,
        address=address, actor=actor, scope=scope,
    )  # fmt: skip
    record(actor=actor, action="cases.card_read", subject=person_subject(person), reason=REASON)
    return person


def _fetched(number: str, actor: Actor, scope: Scope) -> Person:
    run = latest_run(scope)
    unknown = CaseError(UNKNOWN, code="no_such_person", status=404)
    if run is None or run.as_of is None:
        raise unknown
    try:
        household_fetch(
            register=partial(register_of, run),
            run_number=run.number,
            as_of=run.as_of,
            actor=actor,
            scope=scope,
            id_number=number,
            out=Path(run.out_dir),
        )
    except ServiceError as error:
        if error.code != "not_in_register":
            raise
        raise unknown from error
    person = person_by_number(scope, number)
    if person is None:
        raise unknown
    return person
