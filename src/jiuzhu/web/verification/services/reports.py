"""核对报告：编号、盖查验码的 PDF，存档；同一次核对只出一份。"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents.models import Paper
from jiuzhu.web.documents.services import paper_render
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.ground.masking import mask_id_number
from jiuzhu.web.ground.templatetags.ground import cn_date, money
from jiuzhu.web.registry.models import Person
from jiuzhu.web.verification.models import Authorisation, Check, Finding
from jiuzhu.web.verification.subjects import check_subject

EVERYTHING = Scope.everything()


@transaction.atomic
def report_issue(*, check: Check, actor: Actor, scope: Scope, now: datetime | None = None) -> Paper:
    """出具核对报告。出过的抛 ``Conflict``（report_issued）。"""
    row = Check.objects.within(scope).select_for_update(of=("self",)).get(pk=check.pk)
    if row.paper_id is not None:
        raise Conflict("这次核对已经出过报告了，请在文书栏打开。", code="report_issued")
    paper = paper_render(
        template="verification",
        data=report_data(row),
        actor=actor,
        organisation=centre_of(row),
        subject=("verification.check", str(row.pk)),
        division_code=row.division_code,
        now=now,
    )
    row.paper = paper
    row.save(update_fields=["paper"])
    record(actor=actor, action="verification.report_issue", subject=check_subject(row), after={"number": paper.number})
    return paper


def centre_of(check: Check) -> Organisation:
    """报告以县核对中心的名义出；没有设核对中心的县，由核对的单位出。"""
    centres = Organisation.objects.filter(
        kind=Organisation.Kind.VERIFICATION_CENTRE, division_code=f"{check.division_code[:6]}000000", is_active=True
    )
    return centres.order_by("pk").first() or check.organisation


def report_data(check: Check) -> dict[str, Any]:
    """报告的内容。姓名写全，证件号遮挡。"""
    people = list(
        Person.objects.within(EVERYTHING)
        .filter(household=check.household, alive=True, merged_into=None)
        .order_by("birth_date", "pk")
    )
    head = check.household.head
    titles = dict.fromkeys(row["title"] for row in check.conclusions)
    return {
        "applicant": f"{head.name}家" if head else f"户 {check.household.household_id[-6:]}",
        "household": check.household.household_id[-6:],
        "check_number": check.number,
        "authorisation": check.authorisation.number,
        "programmes": "、".join(titles),
        "as_of": check.as_of.isoformat(),
        "valid_until": check.valid_until.isoformat(),
        "rulebook": check.rulebook,
        "previous": check.previous.number if check.previous else "",
        "conclusions": [_conclusion(row) for row in check.conclusions],
        "findings": [_finding(row) for row in Finding.objects.within(EVERYTHING).filter(check_run=check)],
        "sources": [_source(row) for row in check.sources if row["state"] != "missing"],
        "missing": [missing_words(row) for row in check.missing],
        "members": [_member(person, check.authorisation) for person in sorted(people, key=lambda row: row != head)],
    }


def missing_words(row: dict[str, Any]) -> dict[str, str]:
    """缺的来源写成一句。"""
    if row.get("outside"):
        words = "县里还没有接入这类数据"
    elif row["since"]:
        words = f"眼下没有可用的数据，最后一次是{cn_date(date.fromisoformat(row['since']))}"
    else:
        words = "一直没有收到这份数据"
    return {"department": row["department"], "item": row["item"], "words": words}


def conclusion_words(row: Mapping[str, Any]) -> str:
    """结论后面的说明：金额、差多少、缺什么。"""
    if row["conclusion"] == Check.Conclusion.UNDECIDED:
        return f"还缺：{'、'.join(row['lacking'])}"
    if row["conclusion"] == Check.Conclusion.FITS:
        return f"按现有数据算得 {money(row['amount'])} 元" if row["amount"] else "各项条件都成立"
    return str(row["nearest"])


def _conclusion(row: dict[str, Any]) -> dict[str, str]:
    label = str(Check.Conclusion(row["conclusion"]).label)
    return {"title": row["title"], "who": row["who"], "conclusion": label, "words": conclusion_words(row)}


def _finding(row: Finding) -> dict[str, str]:
    where = f"{row.file} 第{row.row}行" if row.file else row.department
    day = cn_date(row.on) if row.on else ""
    return {
        "severity": row.get_severity_display(),
        "item": row.item,
        "text": f"{row.programme}：{row.text}" if row.programme else row.text,
        "origin": "，".join(part for part in (where, day) if part),
    }


def _source(row: dict[str, Any]) -> dict[str, str]:
    words = f"查到 {row['count']} 条" if row["state"] == "found" else "没有记录"
    day = cn_date(date.fromisoformat(row["data_date"])) if row["data_date"] else "—"
    return {"department": row["department"], "item": row["item"], "words": words, "date": day}


def _member(person: Person, authorisation: Authorisation) -> dict[str, str]:
    signed = next((row for row in authorisation.members if row["person_id"] == person.person_id), None)
    words = "没有签" if signed is None or signed["refused"] else "监护人代签" if signed["signer"] else "本人签"
    return {
        "name": person.name,
        "relation": person.relation,
        "id_number": mask_id_number(str(person.id_number)) if person.id_number else "",
        "signed": words,
    }
