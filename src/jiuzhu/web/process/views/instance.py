"""一件事的始末：图、时间线、各部门，和首问单位能做的事。"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiuzhu.web.access.request import who
from jiuzhu.web.divisions.selectors import path_of
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.process import selectors, services
from jiuzhu.web.process.chain import chain_problems
from jiuzhu.web.process.clocks import calendar_of
from jiuzhu.web.process.definition import Limit
from jiuzhu.web.process.diagram import drawn, states_of
from jiuzhu.web.process.models import Instance
from jiuzhu.web.process.presentation import dressed, moment_words
from jiuzhu.web.process.subjects import subject_page
from jiuzhu.web.process.timeline import lines_of

from .common import View, done, instance_or_404, number, reader, scope_of, worker


@require_safe
@reader
def instance_page(request: HttpRequest, pk: int) -> HttpResponse:
    """事项页。"""
    return _render(request, instance_or_404(request, pk))


def _action(act: Callable[[HttpRequest, Instance], str]) -> View:
    @require_POST
    @worker
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        instance = instance_or_404(request, pk)
        try:
            text = act(request, instance)
        except ServiceError as error:
            return _render(request, instance_or_404(request, pk), problem=error.message, status=error.status)
        return done(request, text, "process:instance", pk)

    return view


def _withdraw(request: HttpRequest, instance: Instance) -> str:
    services.instance_withdraw(instance_id=instance.pk, reason=request.POST.get("reason", ""), **who(request))
    return "已撤回，还没办的任务不再办理。"


def _pause(request: HttpRequest, instance: Instance) -> str:
    services.instance_pause(instance_id=instance.pk, reason=request.POST.get("reason", ""), **who(request))
    return "整件事已停计期限。"


def _resume(request: HttpRequest, instance: Instance) -> str:
    services.instance_resume(instance_id=instance.pk, **who(request))
    return "已恢复计时，到期日已顺延。"


def _scope_add(request: HttpRequest, instance: Instance) -> str:
    days = request.POST.get("days", "")
    limit = Limit.parse(f"{days}wd") if days else None
    if days and limit is None:
        raise ServiceError("期限要填工作日数，如 5。", code="bad_limit")
    branch = services.Branch(
        number(request, "organisation", "加送哪个部门"), limit, request.POST.get("label", "")[:120]
    )
    added = services.scope_add(instance_id=instance.pk, branch=branch, **who(request))
    return f"已加送{added.organisation}。"


def _scope_withdraw(request: HttpRequest, instance: Instance) -> str:
    scope_id = number(request, "scope", "撤回哪个部门")
    if scope_id not in {row.pk for row in selectors.branches_of(scope_of(request), instance)}:
        raise ServiceError("这件事没有送过这个部门。", code="not_chosen")
    withdrawn = services.scope_withdraw(scope_id=scope_id, reason=request.POST.get("reason", ""), **who(request))
    return f"已撤回送{withdrawn.organisation}的一支。"


withdraw = _action(_withdraw)
pause = _action(_pause)
resume = _action(_resume)
scope_add = _action(_scope_add)
scope_withdraw = _action(_scope_withdraw)


def _render(request: HttpRequest, instance: Instance, *, problem: str = "", status: int = 200) -> HttpResponse:
    scope, now = scope_of(request), timezone.now()
    tasks = dressed(selectors.tasks_of(scope, instance), now)
    branches = selectors.branches_of(scope, instance)
    mine = instance.first_organisation_id is not None and instance.first_organisation_id == scope.organisation_id
    adding = mine and any(row.state == "open" for row in branches)
    due = moment_words(instance.due_at, now, calendar_of(instance.division_code)) if instance.due_at else ("", "")
    context = {
        "instance": instance,
        "place": path_of(instance.division_code),
        "due": due,
        "warning": selectors.due_warning(instance),
        "tasks": tasks,
        "branches": branches,
        "lines": lines_of(selectors.events_of(scope, instance)),
        "broken": list(chain_problems(instance)),
        "diagram": drawn(instance.process, states_of(instance, tasks, now)),
        "directs": mine and instance.is_open and request.user.has_perm("process.complete_task"),
        "departments": selectors.departments(instance.division_code) if adding else [],
        "problem": problem,
        "subject_page": subject_page(request.user, instance),
    }
    return render(request, "process/instance.html", context, status=status)
