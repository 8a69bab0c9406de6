"""核对报告：编号、盖查验码的 PDF，存档；同一次核对只出一份。"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Change, record_many
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents.models import Paper
from jiuzhu.web.documents.services import PaperItem, papers_render
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.ground.masking import mask_id_number
from jiuzhu.web.ground.templatetags.ground import cn_date, money
from jiuzhu.web.process.models import Task
from jiuzhu.web.registry.models import Person
from jiuzhu.web.verification.models import Authorisation, Check, Enquiry, Finding, Objection, ObligorConsent
from jiuzhu.web.verification.platforms import answered_items, platform_names, results_of
from jiuzhu.web.verification.subjects import check_subject

EVERYTHING = Scope.everything()
OUTCOMES = {"upheld": "维持原来的结果", "changed": "更正"}


def report_issue(*, check: Check, actor: Actor, scope: Scope, now: datetime | None = None) -> Paper:
    """出具核对报告。出过的抛 ``Conflict``（report_issued）。"""
    return reports_issue(checks=[check], actor=actor, scope=scope, now=now)[0]


@transaction.atomic
def reports_issue(*, checks: Sequence[Check], actor: Actor, scope: Scope, now: datetime | None = None) -> list[Paper]:
    """给一批核对各出一份报告，次序不变。有一份不成就全都不成；有出过的抛 ``Conflict``（report_issued）。"""
    order = [check.pk for check in checks]
    locked = Check.objects.within(scope).select_for_update(of=("self",)).order_by("pk").filter(pk__in=order)
    found = {
        row.pk: row for row in locked.select_related("household__head", "authorisation", "previous", "organisation")
    }
    rows = [found[pk] for pk in order]
    if any(row.paper_id is not None for row in rows):
        raise Conflict("这次核对已经出过报告了，请在文书栏打开。", code="report_issued")
    papers = _rendered(rows, actor, now)
    for row, paper in zip(rows, papers, strict=True):
        row.paper = paper
    Check.objects.within(scope).bulk_update(rows, ["paper"])
    changes = [
        Change(check_subject(row), None, {"number": paper.number}) for row, paper in zip(rows, papers, strict=True)
    ]
    record_many(actor=actor, action="verification.report_issue", changes=changes)
    return papers


def _rendered(rows: Sequence[Check], actor: Actor, now: datetime | None) -> list[Paper]:
    """以各县核对中心的名义一批批地出。"""
    made: dict[int, Paper] = {}
    centres = {row.division_code[:6]: centre_of(row) for row in rows}
    facts = Facts.of(rows)
    for county, organisation in centres.items():
        mine = [row for row in rows if row.division_code[:6] == county]
        items = [
            PaperItem(report_data(row, facts), ("verification.check", str(row.pk)), row.division_code) for row in mine
        ]
        papers = papers_render(template="verification", items=items, actor=actor, organisation=organisation, now=now)
        made |= {row.pk: paper for row, paper in zip(mine, papers, strict=True)}
    return [made[row.pk] for row in rows]


@dataclass(frozen=True)
class Facts:
    """一批核对的成员、发现、平台的答复，一次取齐。"""

    people: dict[int, list[Person]]
    findings: dict[int, list[Finding]]
    enquiries: dict[int, list[Enquiry]]
    consents: dict[str, ObligorConsent]
    platforms: dict[int, str]

    @classmethod
    def of(cls, checks: Sequence[Check]) -> "Facts":
        """查出来分好。"""
        people, findings, enquiries = defaultdict(list), defaultdict(list), defaultdict(list)
        ids = [check.pk for check in checks]
        homes = {check.household_id for check in checks}
        living = Person.objects.within(EVERYTHING).filter(household__in=homes, alive=True, merged_into=None)
        for person in living.order_by("birth_date", "pk"):
            people[person.household_id or 0].append(person)
        rows = Finding.objects.within(EVERYTHING).filter(check_run__in=ids)
        for finding in rows.order_by("check_run", "position"):
            findings[finding.check_run_id].append(finding)
        for enquiry in Enquiry.objects.within(EVERYTHING).filter(check_run__in=ids).order_by("pk"):
            enquiries[enquiry.check_run_id].append(enquiry)
        obligors = {person for check in checks for person in check.obligors}
        agreed = ObligorConsent.objects.within(EVERYTHING).filter(person_id__in=obligors, household__in=homes)
        consents = {f"{row.household_id}:{row.person_id}": row for row in agreed.order_by("signed_on", "pk")}
        names = platform_names(check.division_code for check in checks) if enquiries else {}
        return cls(dict(people), dict(findings), dict(enquiries), consents, names)


def centre_of(check: Check) -> Organisation:
    """报告以县核对中心的名义出；没有设核对中心的县，由核对的单位出。"""
    centres = Organisation.objects.filter(
        kind=Organisation.Kind.VERIFICATION_CENTRE, division_code=f"{check.division_code[:6]}000000", is_active=True
    )
    return centres.order_by("pk").first() or check.organisation


def report_data(check: Check, facts: Facts | None = None) -> dict[str, Any]:
    """报告的内容。姓名写全，证件号遮挡。"""
    facts = facts or Facts.of([check])
    head = check.household.head
    people = sorted(facts.people.get(check.household_id, []), key=lambda row: row != head)
    titles = dict.fromkeys(row["title"] for row in check.conclusions)
    asked = facts.enquiries.get(check.pk, [])
    answered = answered_items(asked)
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
        "review": _review(check),
        "answered": "、".join(check.answered),
        "conclusions": [_conclusion(row) for row in check.conclusions],
        "findings": [_finding(row) for row in facts.findings.get(check.pk, [])],
        "sources": [
            *(_source(row) for row in check.sources if row["state"] != "missing"),
            *(row for enquiry in asked for row in _told(enquiry, facts)),
        ],
        "missing": [
            *(missing_words(row) for row in check.missing if row["item"] not in answered),
            *(_untold(enquiry, facts) for enquiry in asked if enquiry.answered_at is None),
        ],
        "members": [_member(person, check.authorisation) for person in people],
        "obligors": [
            _obligor(row)
            for person in check.obligors
            if (row := facts.consents.get(f"{check.household_id}:{person}")) is not None
        ],
    }


def _review(check: Check) -> str:
    """复核的：核对中心的意见与理由。"""
    if check.previous_id is None:
        return ""
    made = Objection.objects.within(EVERYTHING).filter(recheck=check).first()
    tasks = Task.objects.within(EVERYTHING).filter(node="review", done_at__isnull=False)
    task = tasks.filter(instance=made.instance_id).first() if made else None
    return f"{OUTCOMES.get(task.outcome, task.outcome)}。{task.note}" if task else ""


def _obligor(row: ObligorConsent) -> dict[str, str]:
    """户外义务人：关系、同意书；姓名、号码不写进本户的报告。"""
    return {"relation": row.get_relation_display(), "document": row.document, "until": cn_date(row.valid_until)}


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
        return f"按现有数据算得 {money(row['amount'])}" if row["amount"] else "各项条件都成立"
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
    day += "收到" if row.get("received") else ""
    return {"department": row["department"], "item": row["item"], "words": words, "date": day}


def _told(enquiry: Enquiry, facts: Facts) -> list[dict[str, str]]:
    """平台答复的各项；迟到的注明。"""
    late = "（迟到的答复）" if enquiry.is_late else ""
    day = cn_date(enquiry.answered_at) if enquiry.answered_at else "—"
    return [
        {
            "department": facts.platforms.get(enquiry.connector_id, "平台"),
            "item": str(row["item"]),
            "words": "，".join(part for part in (str(row["text"]), str(row.get("figure") or "")) if part) + late,
            "date": day,
        }
        for row in results_of(enquiry)
    ]


def _untold(enquiry: Enquiry, facts: Facts) -> dict[str, str]:
    words = "超过时限没有答复" if enquiry.timed_out_at else "出报告时还没有答复"
    return {"department": facts.platforms.get(enquiry.connector_id, "平台"), "item": "平台查询", "words": words}


def _member(person: Person, authorisation: Authorisation) -> dict[str, str]:
    signed = next((row for row in authorisation.members if row["person_id"] == person.person_id), None)
    words = "没有签" if signed is None or signed["refused"] else "监护人代签" if signed["signer"] else "本人签"
    return {
        "name": person.name,
        "relation": person.relation,
        "id_number": mask_id_number(str(person.id_number)) if person.id_number else "",
        "signed": words,
    }
