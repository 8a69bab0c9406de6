"""各页共用:权限、取哪一次监测。"""

from collections.abc import Callable

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jiuzhu.web.access.models import User
from jiuzhu.web.monitoring import selectors
from jiuzhu.web.monitoring.models import Run

View = Callable[..., HttpResponse]
reader: Callable[[View], View] = permission_required("monitoring.view_householdwarning", raise_exception=True)


def signed_in(request: HttpRequest) -> User:
    """当前登录的人;登录由中间件保证。"""
    assert isinstance(request.user, User)
    return request.user


def chosen_run(request: HttpRequest) -> Run | None:
    """网址里 ``run=编号`` 指的那次监测;没写取最近一次;写了而没有则 404。"""
    text = request.GET.get("run", "").strip()
    if not text:
        return selectors.latest_run()
    run = selectors.done_run(int(text)) if text.isdecimal() and len(text) < 9 else None
    if run is None:
        raise Http404(f"没有编号为 {text[:12]} 的监测")
    return run


def nothing_yet(request: HttpRequest) -> HttpResponse:
    """还没有一次完成的监测时的页面。"""
    context = {"last": selectors.last_run()}
    return render(request, "monitoring/nothing_yet.html", context)
