"""登记授权书、义务人的同意，撤回它们。"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.ground.errors import Conflict, NotAllowed
from jiuzhu.web.registry.models import Household, Person
from jiuzhu.web.registry.subjects import household_subject
from jiuzhu.web.verification.errors import VerificationError
from jiuzhu.web.verification.models import Authorisation, ObligorConsent
from jiuzhu.web.verification.subjects import authorisation_subject

ADULT = 18
EVERYTHING = Scope.everything()


@transaction.atomic
def authorisation_record(
    *,
    household: Household,
    number: str,
    programmes: Sequence[str],
    members: Sequence[Mapping[str, Any]],
    valid_from: date,
    valid_until: date,
    document_digest: str,
    place: str,
    actor: Actor,
    scope: Scope,
    signed_at: datetime | None = None,
    channel: str = Authorisation.Channel.SCREEN,
) -> Authorisation:
    """登记一户签好的授权书。``members`` 每人一项 ``{person_id, signer, relation, guardian_reason, refused}``。

    Raises:
        NotAllowed: 不归当前岗位管（outside_area）。
        VerificationError: 未成年人没有监护人代签（guardian_missing），签字的不是本户的人（not_member），缺内容（incomplete）。
        Conflict: 编号已经用过（authorisation_number）。
    """
    if not scope.covers(household.division_code):
        raise NotAllowed("这一户不归您当前的岗位管，授权书没有登记。", code="outside_area")
    if not (number.strip() and programmes and document_digest and place.strip()):
        raise VerificationError("授权书要有编号、用于的项目、签署地点和文本摘要。", code="incomplete")
    moment = signed_at or timezone.now()
    rows = [_signature(row, household, timezone.localtime(moment).date()) for row in members]
    try:
        with transaction.atomic():
            made = Authorisation.objects.create(
                household=household, division_code=household.division_code, number=number.strip(),
                programmes=list(dict.fromkeys(programmes)), members=rows, channel=channel, signed_at=moment,
                place=place.strip()[:100], valid_from=valid_from, valid_until=valid_until,
                document_digest=document_digest, recorded_name=actor.name[:60],
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict(
            f"授权书 {number} 已经登记过，或有效期前后颠倒，没有再登记。", code="authorisation_number"
        ) from error
    record(
        actor=actor,
        action="verification.authorisation_record",
        subject=authorisation_subject(made),
        after={"programmes": made.programmes, "members": len(rows), "valid_until": valid_until.isoformat()},
    )
    return made


@transaction.atomic
def authorisation_withdraw(*, authorisation: Authorisation, reason: str, actor: Actor, scope: Scope) -> None:
    """本户撤回授权：以后不能再凭它核对，已有的报告不动。"""
    if not reason.strip():
        raise VerificationError("撤回授权要写明原因。", code="reason_missing")
    row = Authorisation.objects.within(scope).select_for_update(of=("self",)).get(pk=authorisation.pk)
    if row.withdrawn_at is not None:
        raise Conflict("这份授权书已经撤回了。", code="authorisation_withdrawn")
    row.withdrawn_at, row.withdrawn_reason = timezone.now(), reason.strip()[:200]
    row.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    record(actor=actor, action="verification.authorisation_withdraw", subject=authorisation_subject(row), reason=reason)


@transaction.atomic
def consent_record(
    *,
    household: Household,
    person: Person,
    relation: str,
    document: str,
    document_digest: str,
    signed_on: date,
    valid_until: date,
    actor: Actor,
    scope: Scope,
) -> ObligorConsent:
    """登记户外义务人的同意书。同一人只有一份在用；本户的人不用它，写在授权书里。"""
    if not scope.covers(household.division_code):
        raise NotAllowed("这一户不归您当前的岗位管，没有登记。", code="outside_area")
    if person.household_id == household.pk:
        raise VerificationError("这是本户的成员，请在授权书里签字，不用另写同意书。", code="own_member")
    try:
        with transaction.atomic():
            made = ObligorConsent.objects.create(
                household=household, division_code=household.division_code, person_id=person.person_id,
                name=person.name, relation=ObligorConsent.Relation(relation), document=document.strip()[:60],
                document_digest=document_digest, signed_on=signed_on, valid_until=valid_until,
                recorded_name=actor.name[:60],
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict("这个人已有一份在用的同意书。", code="consent_twice") from error
    record(
        actor=actor,
        action="verification.consent_record",
        subject=household_subject(household),
        after={"relation": relation, "valid_until": valid_until.isoformat()},
    )
    return made


@transaction.atomic
def consent_withdraw(*, consent: ObligorConsent, actor: Actor, scope: Scope) -> None:
    """义务人撤回同意：从此不再读他的数据。"""
    row = ObligorConsent.objects.within(scope).select_for_update(of=("self",)).get(pk=consent.pk)
    if row.withdrawn_at is None:
        row.withdrawn_at = timezone.now()
        row.save(update_fields=["withdrawn_at"])
        record(actor=actor, action="verification.consent_withdraw", subject=household_subject(row.household))


def _signature(row: Mapping[str, Any], household: Household, on: date) -> dict[str, Any]:
    people = Person.objects.within(EVERYTHING).filter(household=household, merged_into=None)
    person = people.filter(person_id=row["person_id"]).first()
    if person is None:
        raise VerificationError("签字的人里有不是本户成员的，授权书没有登记。", code="not_member")
    age = person.age(on)
    signer = str(row.get("signer", "")).strip()
    if age is not None and age < ADULT and not signer and not row.get("refused"):
        raise VerificationError("未成年人要由监护人代签，请写明监护人和关系。", code="guardian_missing")
    return {
        "person_id": person.person_id,
        "signer": signer[:60],
        "relation": str(row.get("relation", "")).strip()[:20],
        "guardian_reason": str(row.get("guardian_reason", "")).strip()[:60],
        "refused": bool(row.get("refused")),
    }
