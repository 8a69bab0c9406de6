"""申请的页上要的：走到哪里，材料、签名、要问的。"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.process import selectors as process
from jiuzhu.web.process.models import Task
from jiuzhu.web.registry.models import Person

from . import selectors
from .economy import known_economy
from .entitling import Fit, Fits
from .following import outcome_title
from .models import Application, Applied
from .questions import Asked, asked
from .services.accepting import fit_for, fits_of
from .services.opening import programme_book

ADULT = 18
STEPS = ("登记", "受理", "核对与调查", "转审核")


@dataclass(frozen=True)
class Chosen:
    """申请里的一个项目：提交前按现在的数据与回答，提交后是那天记下的话。"""

    applied: Applied
    who: str
    fit: Fit | None

    @property
    def words(self) -> str:
        """那句话。"""
        return self.applied.words or (self.fit.spoken if self.fit else "")

    @property
    def state(self) -> tuple[str, str]:
        """（结论，颜色）。"""
        if self.fit is not None:
            return self.fit.words, self.fit.tone
        return {"yes": ("符合", "done"), "no": ("眼下不符合", "wait")}.get(self.applied.answer, ("还不能判断", "wait"))


@dataclass(frozen=True)
class Row:
    """名单的一行。"""

    application: Application
    state: str
    tone: str


def row_of(application: Application, waiting: dict[int, list[str]]) -> Row:
    """名单的一行；``waiting`` 是事项 → 在办的几步。"""
    state, tone = state_of(application, waiting.get(application.instance_id or 0, []))
    return Row(application, state, tone)


def state_of(application: Application, waiting: Sequence[str]) -> tuple[str, str]:
    """办到哪里。"""
    if application.closed_at is not None:
        ended = application.instance is not None and application.instance.ended_at is not None
        done = ended and application.instance is not None and application.instance.outcome == "waiting_review"
        return application.closed_reason or "已了结", "done" if done else "wait"
    if application.is_draft:
        return "草稿", "wait"
    if application.return_by and "受理" in waiting:
        return "等待补正", "wait"
    return "、".join(waiting) or "在办", "wait"


def waiting_of(scope: Scope, applications: Sequence[Application]) -> dict[int, list[str]]:
    """各件事项在办的几步。"""
    keys = [row.instance_id for row in applications if row.instance_id]
    found: dict[int, list[str]] = {}
    rows = Task.objects.within(scope).filter(instance_id__in=keys, done_at=None, is_cancelled=False).order_by("id")
    for instance, title in rows.values_list("instance_id", "title"):
        found.setdefault(instance, []).append(title)
    return found


def steps_of(application: Application, tasks: Sequence[Task]) -> list[tuple[str, bool, bool]]:
    """走到哪里：（名称，过了没有，正在）。"""
    nodes = {task.node for task in tasks if task.is_open}
    at = 0
    if application.instance is not None:
        at = 1 if "accept" in nodes or "tell_refusal" in nodes else 2
        if application.instance.ended_at is not None:
            at = 4 if application.instance.outcome == "waiting_review" else 1
    return [(title, index < at, index == at) for index, title in enumerate(STEPS)]


def live(application: Application, people: Sequence[Person]) -> dict[str, Any]:
    """随回答变的那一块：各项目的结论，要问的。"""
    names = selectors.masked_names(list(people))
    programmes = list(application.programmes.all())
    fits: Fits | None = fits_of(application, [one.code for one in programmes])
    book = programme_book(application.division_code)
    pairs = [(one.code, one.person_id) for one in programmes]
    questions: list[Asked] = asked(book, fits, pairs, application.answers, names)
    return {
        "chosen": [Chosen(one, names.get(one.person_id, ""), fit_for(fits, one)) for one in programmes],
        "questions": questions,
        "unanswered": sum(not one.is_answered for one in questions),
        "answered": {one.field: one for one in questions},
    }


def application_context(application: Application, scope: Scope) -> dict[str, Any]:
    """一件申请的页。"""
    people = selectors.living(scope, application.household)
    tasks = process.tasks_of(scope, application.instance) if application.instance else []
    waiting = [task.title for task in tasks if task.is_open]
    economy = known_economy(scope, application.household)
    signed = selectors.signatures(scope, application)
    said = {one["name"]: one for one in application.statements}
    facts = [(row, said.get(row.code)) for _, rows in economy.groups for row in rows]
    return {
        "application": application,
        "household": application.household,
        "people": people,
        "tasks": [task for task in tasks if task.is_open],
        "steps": steps_of(application, tasks),
        "state": state_of(application, waiting),
        "ended": outcome_title(application.instance) if application.instance and application.instance.ended_at else "",
        "facts": facts,
        "said": said,
        "missing": [one for one in application.materials if one["state"] == "missing"],
        "signing": [(person, signed.get(person.person_id), _is_minor(person)) for person in people],
        "all_signed": bool(people)
        and all(person.person_id in signed and not signed[person.person_id].refused for person in people),
        "unseen": [one for one in application.materials if not one["state"]],
        **live(application, people),
    }


def _is_minor(person: Person) -> bool:
    age = person.age()
    return age is not None and age < ADULT
