"""部门互认：只答是不是、从何时起；不给任何数。问要有事由，每次都记，答复是盖查验码的一张纸。"""

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents.services import paper_render
from jiuzhu.web.ground.crypto import blind_index
from jiuzhu.web.ground.masking import mask_id_number, mask_name
from jiuzhu.web.registry.models import ClassSpan, Person
from jiuzhu.web.registry.selectors import class_title
from jiuzhu.web.verification.errors import VerificationError
from jiuzhu.web.verification.models import Recognition
from jiuzhu.web.verification.results import latest_results

EVERYTHING = Scope.everything()


def recognition_answer(*, id_number: str, programme: str, matter: str, actor: Actor, scope: Scope) -> Recognition:
    """答一个证件号现在是不是某一类对象。不在本县数据里的与不在册的答得一样，不透露有没有这个人。

    ``matter`` 是本单位正在办的事。
    """
    number = id_number.strip().upper()
    if len(number) != 18 or not matter.strip():
        raise VerificationError("请填十八位证件号，并写明正在办什么事。", code="incomplete")
    if scope.organisation_id is None:
        raise VerificationError("当前岗位没有单位，不能查。", code="no_office", status=403)
    limit(f"user:{actor.user_id}", "search")
    office = Organisation.objects.get(pk=scope.organisation_id)
    with transaction.atomic(), EVERYTHING.applied():
        made = _answered(office, number, programme, matter, actor)
        record(
            actor=actor,
            action="verification.recognition_answer",
            subject=Subject("verification.recognition", str(made.pk), f"{class_title(programme)}互认"),
            after={"programme": programme, "confirmed": made.confirmed},
            task=matter.strip()[:100],
        )
    return made


def _answered(office: Organisation, number: str, programme: str, matter: str, actor: Actor) -> Recognition:
    index, county = blind_index(number), office.division_code[:6]
    people = Person.objects.within(EVERYTHING).filter(id_number_index=index, merged_into=None)
    person = people.filter(division_code__startswith=county).first()
    spans = ClassSpan.objects.within(EVERYTHING).filter(person=person, code=programme, until=None)
    span = spans.order_by("since", "pk").first() if person is not None else None
    results = latest_results(office.division_code)
    made = Recognition(
        division_code=f"{county}000000", organisation=office, id_number_index=index, programme=programme,
        masked_name=mask_name(person.name) if span and person else "", matter=matter.strip()[:100],
        confirmed=span is not None, since=(span.since or span.seen_on) if span else None,
        as_of=results.as_of if results else None, asked_at=timezone.now(), asked_name=actor.name[:60],
    )  # fmt: skip
    made.paper = paper_render(
        template="recognition",
        data={
            "applicant": made.masked_name or "被查询人",
            "id_number": mask_id_number(number),
            "programme": class_title(programme),
            "answer": "在册" if made.confirmed else "未查到在册",
            "since": made.since.isoformat() if made.since else "",
            "as_of": made.as_of.isoformat() if made.as_of else "",
            "matter": made.matter,
        },
        actor=actor,
        organisation=office,
        subject=("verification.recognition", ""),
    )
    made.save(force_insert=True)
    return made
