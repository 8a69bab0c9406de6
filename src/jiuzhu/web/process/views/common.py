"""各页共用：权限、找不到、办成之后回到哪里。"""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from jiuzhu.web.access.models import Post
from jiuzhu.web.access.scope import Scope as AccessScope
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.process import selectors
from jiuzhu.web.process.models import Instance, Task
from jiuzhu.web.process.people import standing_of

View = Callable[..., HttpResponse]
Wrap = Callable[[View], View]

reader: Wrap = permission_required("process.view_task", raise_exception=True)
worker: Wrap = permission_required("process.complete_task", raise_exception=True)
urger: Wrap = permission_required("process.urge", raise_exception=True)
supervisor: Wrap = permission_required("process.supervise", raise_exception=True)
definition_reader: Wrap = permission_required("process.view_definition", raise_exception=True)
calendar_keeper: Wrap = permission_required("process.change_calendar", raise_exception=True)


def scope_of(request: HttpRequest) -> AccessScope:
    """当前岗位的范围。"""
    return cast("AccessScope", request.scope)  # type: ignore[attr-defined]


def task_or_404(request: HttpRequest, pk: int) -> Task:
    """看得到的一项任务；看不到与没有一样。"""
    found = selectors.task(scope_of(request), pk)
    if found is None:
        raise Http404("没有这项任务")
    return found


def instance_or_404(request: HttpRequest, pk: int) -> Instance:
    """看得到的一件事；看不到与没有一样。"""
    found = selectors.instance(scope_of(request), pk)
    if found is None:
        raise Http404("没有这件事")
    return found


def other_posts(request: HttpRequest) -> list[Post]:
    """本人除了正在用的以外，今天还担任的岗位。"""
    return [post for post in request.posts if post != request.post]  # type: ignore[attr-defined]


def other_seat(request: HttpRequest, task: Task) -> Post | None:
    """这项任务不归当前岗位，但归本人的另一个岗位办：那个岗位。"""
    if not task.is_open:
        return None
    return next((post for post in other_posts(request) if standing_of(post.scope()).may_act(task)), None)


def waiting_elsewhere(request: HttpRequest) -> list[tuple[Post, int]]:
    """本人别的岗位上还有几件待办；没有的不列。"""
    found = []
    for post in other_posts(request):
        with post.scope().applied():
            if count := selectors.counts(post.scope())["mine"]:
                found.append((post, count))
    return found


def done(request: HttpRequest, text: str, *to: Any) -> HttpResponse:
    """办成了：说一句，回到某页。"""
    messages.success(request, text)
    return redirect(*to)


def number(request: HttpRequest, name: str, what: str) -> int:
    """表单里的一个主键。"""
    text = request.POST.get(name, "")
    if not text.isdecimal() or len(text) > 18:
        raise ServiceError(f"请选{what}。", code="not_chosen")
    return int(text)
