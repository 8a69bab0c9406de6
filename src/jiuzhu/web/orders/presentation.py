"""一张单给人看的样子：各单位的一份走到哪里，谁该做什么，经过。"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.divisions.selectors import path_of
from jiuzhu.web.ground.masking import mask_phone
from jiuzhu.web.ground.templatetags.ground import cn_date
from jiuzhu.web.process.clocks import calendar_of
from jiuzhu.web.process.models import Scope as Branch
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.people import standing_of
from jiuzhu.web.process.presentation import dressed, moment_words
from jiuzhu.web.process.selectors import events_of, tasks_of
from jiuzhu.web.process.timeline import lines_of

from . import selectors
from .models import Measure, Order, OrderPart
from .sharing import ORDER, PART, REPORT

STEPS = ("点单", "派单", "接单", "办理", "核对", "办结")
REACHED = {
    "sending": 1,
    "returned": 2,
    "accepting": 2,
    "handling": 3,
    "asking": 4,
    "checking": 4,
    "discussing": 4,
    "answered": 4,
    "closed": 6,
}
PLANNED, WITHDRAWN = "拟派，还没有派出", "已撤回"


@dataclass(frozen=True)
class PartCard:
    """一个单位的一份：眼下那一步、办了什么、反馈了什么。"""

    part: OrderPart
    task: Task | None
    fed_back: Task | None
    returned: Task | None
    measures: list[Measure]
    can_withdraw: bool
    has_papers: bool = False

    @property
    def state(self) -> str:
        """办到哪里。"""
        if self.part.branch is None:
            return PLANNED
        if self.is_withdrawn:
            return WITHDRAWN
        if self.task is not None:
            return {"take": "等接单", "handle": "办理中", "reassign": "退回，等改派"}.get(
                self.task.node, self.task.title
            )
        return f"已反馈：{self.fed_back.outcome_title}" if self.fed_back else "已了结"

    @property
    def is_withdrawn(self) -> bool:
        """首问单位撤回了的。"""
        return self.part.branch is not None and self.part.branch.state == Branch.State.WITHDRAWN

    @property
    def tone(self) -> str:
        """轻重。"""
        return "done" if self.task is None and self.fed_back else "wait"

    @property
    def facts(self) -> list[dict[str, str]]:
        """要用的情况，日期写成中文。"""
        return [item | {"date": day_words(item.get("date", ""))} for item in self.part.facts]

    @property
    def papers(self) -> dict[str, str]:
        """措施的材料挂在哪里。"""
        return {"subject_kind": PART, "subject_key": str(self.part.pk), "division_code": self.part.division_code}


def day_words(text: str) -> str:
    """``2026-10-31`` 写成 2026年10月31日；不是日期的照原样。"""
    try:
        return cn_date(date.fromisoformat(text))
    except ValueError:
        return text


def order_context(request: StaffRequest, order: Order, now: datetime) -> dict[str, Any]:
    """单的页要用的。"""
    scope = request.scope
    tasks = dressed(tasks_of(scope, order.instance), now)
    open_tasks = [task for task in tasks if task.is_open and task.kind == Task.Kind.HUMAN]
    standing = standing_of(scope)
    owns = order.instance.first_organisation_id == scope.organisation_id
    directs = owns and order.is_open and request.user.has_perm("orders.dispatch_order")
    cards = part_cards(scope, order, tasks, directs=directs)
    gathering = any(card.part.branch and card.part.branch.state == Branch.State.OPEN for card in cards)
    due = (
        moment_words(order.instance.due_at, now, calendar_of(order.division_code))
        if order.instance.due_at
        else ("", "")
    )
    state = selectors.states_of([order], scope, now=now)[order.pk]
    return {
        "order": order,
        "state": state,
        "steps": [(title, at < REACHED[state.code], at == REACHED[state.code]) for at, title in enumerate(STEPS)],
        "place": path_of(order.division_code),
        "due": due,
        "sees_all": scope.covers(order.division_code) or owns,
        "phone": mask_phone(str(order.phone or "")),
        "cards": cards,
        "waiting": open_tasks,
        "mine": [task for task in open_tasks if standing.may_act(task)],
        "report_papers": bool(order.report_id and selectors.with_papers(scope, REPORT, [order.report_id])),
        "asked": selectors.asked(scope, order),
        "lines": lines_of(events_of(scope, order.instance)),
        "directs": directs,
        "adds": selectors.receivers(order.division_code) if directs and gathering else [],
        "subject_kind": ORDER,
        "subject_key": str(order.pk),
        "division_code": order.division_code,
        "writable": order.is_open and (owns or scope.covers(order.division_code)),
    }


def part_cards(scope: Any, order: Order, tasks: list[Task], *, directs: bool) -> list[PartCard]:
    """各单位的一份；部门只有自己的。"""
    measures: dict[int, list[Measure]] = {}
    for measure in selectors.measures(scope, order):
        measures.setdefault(measure.part_id, []).append(measure)
    parts = selectors.parts(scope, order)
    papers = selectors.with_papers(scope, PART, [part.pk for part in parts])
    return [
        replace(part_card(part, tasks, measures.get(part.pk, []), directs=directs), has_papers=part.pk in papers)
        for part in parts
    ]


def part_card(part: OrderPart, tasks: list[Task], measures: list[Measure], *, directs: bool) -> PartCard:
    """一个单位的一份。"""
    own = [task for task in tasks if part.branch_id and task.scope_id == part.branch_id and not task.is_cancelled]
    done = [task for task in own if task.done_at]
    return PartCard(
        part=part,
        task=next((task for task in own if task.is_open), None),
        fed_back=next((task for task in reversed(done) if task.node == "handle"), None),
        returned=next((task for task in reversed(done) if task.node == "take" and task.outcome == "returned"), None),
        measures=measures,
        can_withdraw=directs and part.branch is not None and part.branch.state == Branch.State.OPEN,
    )
