"""签承诺书与授权书：每名成员一次，未成年的、不能表达的由监护人代签；签齐了出具两份文书并登记授权。"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.cases.errors import CaseError
from jiuzhu.web.cases.letters import PAD, Letters, digest_of, letters_of, svg_of, valid_until
from jiuzhu.web.cases.models import Application, Applied, Signature
from jiuzhu.web.cases.selectors import living, signatures
from jiuzhu.web.cases.subjects import application_subject
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents.models import Paper
from jiuzhu.web.documents.services import paper_render
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.ground.templatetags.ground import cn_date, cn_time
from jiuzhu.web.registry.models import Person
from jiuzhu.web.verification.models import Authorisation
from jiuzhu.web.verification.services import authorisation_record

from .filling import _text
from .opening import EVERYTHING, locked

ADULT = 18
LEAST_POINTS, MOST_POINTS = 12, 6000
LEAST_WIDTH = 60  # 太小的一点不算签名
Strokes = Sequence[Sequence[Sequence[int]]]


@transaction.atomic
def signature_add(
    *,
    application: Application,
    person_id: str,
    strokes: Any,
    place: str,
    actor: Actor,
    scope: Scope,
    signer: str = "",
    relation: str = "",
    guardian_reason: str = "",
    refused_reason: str = "",
    position: str = "",
    device: str = Signature.Device.HERE,
    now: datetime | None = None,
) -> Signature:
    """记下一名成员的签名；写了 ``refused_reason`` 的是不同意签。

    Raises:
        Conflict: 已经出具或了结（letters_issued、closed），这人已签过（already_signed）。
        CaseError: 不是本户在世成员（not_member），没有地点（no_place），笔迹太少或写法不对（bad_strokes），
            未成年人没有监护人（guardian_missing），代签没写关系或原因（guardian_incomplete）。
    """
    row = locked(application, scope)
    _demand_signing(row)
    person = next((one for one in living(EVERYTHING, row.household) if one.person_id == person_id), None)
    if person is None:
        raise CaseError("签字的不是这一户在世的成员，没有记下。", code="not_member")
    if not place.strip():
        raise CaseError("请写明在哪里签的，如“便民服务中心”“本人家中”。", code="no_place")
    moment = now or timezone.now()
    refused = bool(refused_reason.strip())
    drawn = [] if refused else checked_strokes(strokes)
    if not refused:
        _demand_guardian(person, signer, relation, guardian_reason, moment)
    facts = {
        "person": person.person_id, "signer": signer.strip(), "relation": relation.strip(), "strokes": drawn,
        "refused": refused, "at": moment.isoformat(), "place": place.strip(),
    }  # fmt: skip
    try:
        with transaction.atomic():
            made = Signature.objects.create(
                application=row, division_code=row.division_code, person_id=person.person_id, signer=signer.strip()[:60],
                relation=relation.strip()[:20], guardian_reason=guardian_reason.strip()[:60], refused=refused,
                refused_reason=refused_reason.strip()[:200], strokes_text=_text(drawn), place=place.strip()[:100],
                digest=digest_of(letters_of(row), facts), signed_at=moment, position=position[:60],
                device=Signature.Device(device), recorded_name=actor.name[:60],
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict("这个人已经签过了。要重签的，先作废原来的。", code="already_signed") from error
    after = {"digest": made.digest, "refused": refused, "guardian": bool(made.signer)}
    record(actor=actor, action="cases.signature_add", subject=application_subject(row), after=after)
    return made


@transaction.atomic
def signature_void(*, application: Application, person_id: str, reason: str, actor: Actor, scope: Scope) -> None:
    """作废一人的签名，重新签；出具文书之后不能作废，要撤回授权。"""
    if not reason.strip():
        raise CaseError("请写明为什么作废，如“签错了格子”“改为同意”。", code="reason_missing")
    row = locked(application, scope)
    _demand_signing(row)
    made = signatures(scope, row).get(person_id)
    if made is None:
        raise Conflict("这个人没有可作废的签名。", code="not_signed")
    made.voided_at = timezone.now()
    made.save(update_fields=["voided_at"])
    record(actor=actor, action="cases.signature_void", subject=application_subject(row), reason=reason)


@transaction.atomic
def letters_issue(
    *, application: Application, actor: Actor, scope: Scope, now: datetime | None = None
) -> Authorisation:
    """全家签齐了：排出承诺书、授权书，登记授权，从此可以核对。

    Raises:
        CaseError: 还有人没签（unsigned），有人不同意（refused），签了以后改过项目（text_changed）。
    """
    row = locked(application, scope)
    _demand_signing(row)
    people = living(EVERYTHING, row.household)
    found = signatures(EVERYTHING, row)
    _demand_all(people, found)
    letters = letters_of(row)
    _demand_same(letters, found)
    moment = now or timezone.now()
    day = timezone.localtime(moment).date()
    common = {"applicant": letters.applicant, "programme": letters.programme, "date": day.isoformat()}
    rows = [_member(person, found[person.person_id], row.applicant) for person in people]
    _paper(
        "pledge",
        common | {"title": "守信承诺书", "statements": list(letters.statements), "members": rows},
        row,
        actor,
        moment,
    )
    paper = _paper(
        "authorisation",
        common
        | {"authorised": letters.authorised, "sources": list(letters.sources), "period": letters.period}
        | {"basis": letters.basis, "purpose": letters.purpose, "rights": letters.rights, "members": rows},
        row,
        actor,
        moment,
    )
    codes = Applied.objects.within(EVERYTHING).filter(application=row).values_list("code", flat=True)
    signed = list(found.values())
    row.authorisation = authorisation_record(
        household=row.household,
        number=paper.number,
        programmes=list(dict.fromkeys(codes)),
        members=[_signed(one) for one in signed],
        valid_from=day,
        valid_until=valid_until(day),
        document_digest=digest_of(letters, {"signatures": sorted(one.digest for one in signed)}),
        place=signed[-1].place,
        signed_at=moment,
        actor=actor,
        scope=scope,
    )
    row.save(update_fields=["authorisation"])
    after = {"number": paper.number, "digest": row.authorisation.document_digest}
    record(actor=actor, action="cases.letters_issue", subject=application_subject(row), after=after)
    return row.authorisation


def checked_strokes(strokes: Any) -> list[list[list[int]]]:
    """笔迹：每笔一串 ``[横, 竖]``，在画板之内；太少、太小的不算签名。"""
    bad = CaseError("没有收到签名，或写得太少，请在框里完整地签一次名字。", code="bad_strokes")
    if not isinstance(strokes, list):
        raise bad
    width, height = PAD
    kept: list[list[list[int]]] = []
    for stroke in strokes:
        if not isinstance(stroke, list) or not stroke:
            raise bad
        line = []
        for point in stroke:
            if not (isinstance(point, list) and len(point) == 2 and all(type(part) is int for part in point)):
                raise bad
            if not (0 <= point[0] <= width and 0 <= point[1] <= height):
                raise bad
            line.append(point)
        kept.append(line)
    points = [point for line in kept for point in line]
    if not LEAST_POINTS <= len(points) <= MOST_POINTS:
        raise bad
    across = max(x for x, _ in points) - min(x for x, _ in points)
    if across < LEAST_WIDTH:
        raise bad
    return kept


def _demand_signing(row: Application) -> None:
    if not row.is_open:
        raise Conflict("这件申请已经了结，不用再签。", code="closed")
    if row.authorisation_id is not None:
        raise Conflict("承诺书、授权书已经出具。要改的，先到“核对”里撤回授权，再另行登记。", code="letters_issued")


def _demand_guardian(person: Person, signer: str, relation: str, reason: str, moment: datetime) -> None:
    age = person.age(timezone.localtime(moment).date())
    if age is not None and age < ADULT and not signer.strip():
        raise CaseError("未成年人由监护人代签，请写明监护人是谁。", code="guardian_missing")
    if signer.strip() and not (relation.strip() and reason.strip()):
        raise CaseError("代签的，请写明是本人的什么人、为什么代签。", code="guardian_incomplete")


def _demand_all(people: Sequence[Person], found: Mapping[str, Signature]) -> None:
    unsigned = sum(person.person_id not in found for person in people)
    if unsigned:
        raise CaseError(f"还有 {unsigned} 人没有签。外出的，可以上门或发到他手机上签。", code="unsigned")
    if any(found[person.person_id].refused for person in people):
        raise CaseError("有人不同意签，不能核对全家。向他说清用途；改为同意的，作废原来的再签。", code="refused")


def _demand_same(letters: Letters, found: Mapping[str, Signature]) -> None:
    """签的都是现在这份文本。"""
    for one in found.values():
        facts = {
            "person": one.person_id, "signer": str(one.signer), "relation": one.relation, "strokes": one.strokes,
            "refused": one.refused, "at": one.signed_at.isoformat(), "place": one.place,
        }  # fmt: skip
        if digest_of(letters, facts) != one.digest:
            raise CaseError(
                "有人签了以后又改过申请的项目，签的不是现在这份文本。请作废他的签名，念给他听，重新签。",
                code="text_changed",
            )


def _member(person: Person, signature: Signature, applicant: Person) -> dict[str, str]:
    signer = str(signature.signer)
    guardian = f"{signer}（{signature.relation}）代签" if signer else ""
    return {
        "name": person.name,
        "relation": "本人" if person.pk == applicant.pk else person.relation or "家庭成员",
        "id_number": str(person.id_number or ""),
        "svg": svg_of(signature.strokes),
        "guardian": guardian,
        "signed_on": cn_date(timezone.localtime(signature.signed_at)),
        "signed_at": cn_time(signature.signed_at),
        "place": signature.place,
        "device": signature.get_device_display(),
        "digest": signature.digest,
    }


def _signed(one: Signature) -> dict[str, Any]:
    return {
        "person_id": one.person_id, "signer": str(one.signer), "relation": one.relation,
        "guardian_reason": one.guardian_reason, "refused": one.refused,
    }  # fmt: skip


def _paper(template: str, data: dict[str, Any], row: Application, actor: Actor, moment: datetime) -> Paper:
    return paper_render(
        template=template,
        data=data,
        actor=actor,
        organisation=Organisation.objects.get(pk=row.organisation_id),
        subject=("cases.application", str(row.pk)),
        division_code=row.division_code,
        now=moment,
    )
