"""由数据发现派核查单：同一户的几个发现并成一单，交民政（该享未享的，连同所在乡镇）核实。"""

from collections.abc import Sequence
from datetime import datetime

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.departments import department_name
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.monitoring.explained import finding_words
from jiuzhu.web.monitoring.models import Finding
from jiuzhu.web.monitoring.selectors import (
    FINDING,
    FindingState,
    finding_key,
    findings_with_state,
    latest_run,
)
from jiuzhu.web.orders.models import Order
from jiuzhu.web.orders.services import Need, Opening, Wanted
from jiuzhu.web.registry.models import Household

from .needs import Offices
from .opening import MOST, Opened

SOURCE_TITLE = "各部门数据比对"


def findings_order(*, findings: Sequence[Finding], actor: Actor, scope: Scope, now: datetime | None = None) -> Opened:
    """给选定的发现派核查单，至多五十个。已有结果、已在核查的不派。

    Raises:
        ServiceError: 没有选（nothing_chosen），选得太多（too_many），不是最近一次监测的（old_run）。
    """
    if not findings:
        raise ServiceError("没有选要核查的发现。请先勾选。", code="nothing_chosen")
    if len(findings) > MOST:
        raise ServiceError(f"一次至多派 {MOST} 个，请分几次派。", code="too_many")
    run, newest = findings[0].run, latest_run(scope)
    if newest is None or any(row.run_id != newest.pk for row in findings):
        raise ServiceError("只能由最近一次监测的发现派单，请到最近一次的名单里派。", code="old_run", status=409)
    keys = [row.pk for row in findings]
    rows = list(findings_with_state(Finding.objects.within(scope).filter(pk__in=keys), scope).select_related("run"))
    words = dict(zip([row.pk for row in rows], finding_words(run, rows), strict=True))
    made, wanted = Opened(), []
    households, offices = _households(rows, scope), Offices(run.division_code)
    for row in rows:
        title = row.get_kind_display()
        if row.state != FindingState.OPEN:
            made.problems.append(f"“{title}”户 {row.household_id[-6:]} 已派过或已有结果")
        elif row.household_id not in households:
            made.problems.append(f"“{title}”：这个人不在册的任何一户里，请先在对象库里按证件号调入")
        else:
            wanted.append(_wanted(row, words[row.pk], households[row.household_id], offices))
    opening = Opening(origin="finding", source_kind=FINDING, actor=actor, scope=scope, now=now)
    made.take(opening.open(wanted))
    return made


def _households(rows: Sequence[Finding], scope: Scope) -> dict[str, Household]:
    found = Household.objects.within(scope).select_related("head")
    return {row.household_id: row for row in found.filter(household_id__in={row.household_id for row in rows} - {""})}


def _wanted(row: Finding, words: str, household: Household, offices: Offices) -> Wanted:
    return Wanted(
        household=household,
        source_key=finding_key(row),
        title=f"核查：{row.get_kind_display()}",
        words=f"数据显示：{words}。请核实；减发、停发之前须先听取本人意见。",
        needs=[need_of(row, words, office) for office in offices_for(row, offices)],
        kind=Order.Kind.CHECK,
    )


def offices_for(row: Finding, offices: Offices) -> list[Organisation]:
    """交谁核实：民政；符合条件未救助的交所在乡镇，乡镇没有机构的交民政。"""
    station = offices.station(row.division_code) if row.kind == Finding.Kind.ENTITLED_UNAIDED else None
    chosen = station or offices.lead
    return [chosen] if chosen else []


def need_of(row: Finding, words: str, office: Organisation) -> Need:
    """核实的单位拿到的一份。"""
    title = row.get_kind_display()
    as_of = row.run.as_of
    return Need(
        organisation_id=office.pk,
        title=office.label or department_name("minzheng"),
        indicators=({"code": row.kind, "name": title, "category": "数据发现", "reason": words},),
        facts=({"name": title, "value": words, "source": SOURCE_TITLE, "date": as_of.isoformat() if as_of else ""},),
        ask=f"请核实是否{title}，按核实结果处理并写明金额。",
    )
