"""一项任务：是什么、归谁、几时到期、此前怎样、现在怎么办。"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiuzhu.web.access.request import who
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.process import selectors, services
from jiuzhu.web.process.diagram import drawn, states_of
from jiuzhu.web.process.forms import CompleteForm
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.people import standing_of
from jiuzhu.web.process.presentation import dressed
from jiuzhu.web.process.subjects import page_of_task, subject_page
from jiuzhu.web.process.timeline import lines_of, step_told

from .common import View, done, number, other_seat, reader, scope_of, supervisor, task_or_404, urger, worker

Act = Callable[[HttpRequest, Task], str]


@require_safe
@reader
def task_page(request: HttpRequest, pk: int) -> HttpResponse:
    """任务页；有自己的页的（如派单）转到那里去办，加 ``?plain=1`` 仍看这一页。"""
    task = task_or_404(request, pk)
    page = "" if request.GET.get("plain") else page_of_task(request.user, task)
    return redirect(page) if page else _render(request, task)


@require_POST
@worker
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """办结。填得不对或办不成，留在原页说明，填的都在。"""
    task = task_or_404(request, pk)
    form = CompleteForm(request.POST, task=task)
    if not form.is_valid():
        return _render(request, task, form=form, status=400)
    try:
        finished = services.task_complete(task_id=pk, **form.values(), **who(request))
    except ServiceError as error:
        return _render(request, task, form=form, problem=error.message, status=error.status)
    return done(request, f"已办结{step_told(finished.title, finished.outcome_title)}。", "process:inbox")


def _action(guard: Callable[[View], View], act: Act) -> View:
    """一个按钮：做完说一句，回到任务页；做不成就在任务页说明。"""

    @require_POST
    @guard
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        task = task_or_404(request, pk)
        try:
            text = act(request, task)
        except ServiceError as error:
            return _render(request, task_or_404(request, pk), problem=error.message, status=error.status)
        if selectors.task(scope_of(request), pk) is None:  # 改派到别处，自己看不到了
            return done(request, text, "process:inbox")
        return done(request, text, "process:task", pk)

    return view


def _claim(request: HttpRequest, task: Task) -> str:
    services.task_claim(task_id=task.pk, **who(request))
    return "已认领，归您办理。"


def _delegate(request: HttpRequest, task: Task) -> str:
    changed = services.task_delegate(
        task_id=task.pk,
        user_id=number(request, "user", "指派给谁"),
        reason=request.POST.get("reason", ""),
        may_direct=request.user.has_perm("process.delegate"),
        **who(request),
    )
    return f"已指派给{changed.assignee}。"


def _transfer(request: HttpRequest, task: Task) -> str:
    changed = services.task_transfer(
        task_id=task.pk,
        organisation_id=number(request, "organisation", "改派到哪个单位"),
        reason=request.POST.get("reason", ""),
        **who(request),
    )
    return f"已改派到{changed.organisation}，期限不变。"


def _pause(request: HttpRequest, task: Task) -> str:
    rule, note = request.POST.get("rule", ""), request.POST.get("note", "")
    pause = services.task_pause(task_id=task.pk, rule=rule, note=note, **who(request))
    return f"已停计期限：{pause.title}。事由消失后请恢复计时。"


def _resume(request: HttpRequest, task: Task) -> str:
    services.task_resume(task_id=task.pk, **who(request))
    return "已恢复计时，到期日已顺延。"


def _urge(request: HttpRequest, task: Task) -> str:
    services.task_urge(task_id=task.pk, note=request.POST.get("note", ""), **who(request))
    return "已催办。"


def _supervise(request: HttpRequest, task: Task) -> str:
    services.task_supervise(task_id=task.pk, note=request.POST.get("note", ""), **who(request))
    return "已督办。"


claim = _action(worker, _claim)
delegate = _action(worker, _delegate)
transfer = _action(worker, _transfer)
pause = _action(worker, _pause)
resume = _action(worker, _resume)
urge = _action(urger, _urge)
supervise = _action(supervisor, _supervise)


def _render(
    request: HttpRequest, task: Task, *, form: CompleteForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    scope, now = scope_of(request), timezone.now()
    instance = task.instance
    tasks = dressed(selectors.tasks_of(scope, instance), now)
    node = task.definition
    acts = task.is_open and standing_of(scope).may_act(task) and request.user.has_perm("process.complete_task")
    directs = (
        task.is_open and task.organisation_id == scope.organisation_id and request.user.has_perm("process.delegate")
    )
    context: dict[str, Any] = {
        "subject_page": subject_page(request.user, instance),
        "seat": None if acts else other_seat(request, task),
        "task": dressed([task], now)[0],
        "instance": instance,
        "node": node,
        "form": (form or CompleteForm(None, task=task)) if acts and (node.outcomes or node.kind == "multi") else None,
        "problem": problem,
        "acts": acts,
        "receivers": selectors.receivers(task) if acts or directs else [],
        "offices": selectors.same_kind(task) if acts else [],
        "before": [row for row in tasks if row.done_at and row.pk != task.pk and not row.is_cancelled],
        "lines": lines_of(selectors.events_of(scope, instance)),
        "diagram": drawn(instance.process, states_of(instance, tasks, now)),
        "urges": task.is_open and request.user.has_perm("process.urge"),
        "supervises": task.is_open and request.user.has_perm("process.supervise"),
    }
    return render(request, "process/task.html", context, status=status)
