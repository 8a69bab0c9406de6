"""一个来源的数据库连接：设、试、取、删。"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.exchange.forms import ConnectionForm
from jiuzhu.web.exchange.models import Connection
from jiuzhu.web.exchange.selectors.board import connection_of
from jiuzhu.web.exchange.services import connections
from jiuzhu.web.exchange.services.connections import SETTINGS
from jiuzhu.web.exchange.sources import department_of, source_of, title_of
from jiuzhu.web.exchange.targets import Fetched
from jiuzhu.web.ground.errors import ServiceError

from .common import county_of, setter


@require_http_methods(["GET", "POST"])
@setter
def connection_page(request: StaffRequest, source: str) -> HttpResponse:
    """填连接；“试一试”不保存，“保存”才算数。"""
    connection = _connection(request, source)
    if request.method != "POST":
        initial = {name: getattr(connection, name) for name in SETTINGS} if connection else None
        return _page(request, source, ConnectionForm(initial=initial))
    form = ConnectionForm(request.POST)
    if not form.is_valid():
        return _page(request, source, form, status=400)
    county, values = county_of(request), form.cleaned_data
    try:
        if "try" in request.POST:
            trial = connections.connection_try(connections.built(county, source, values, request.scope))
            return _page(request, source, form, trial=trial)
        connections.connection_set(
            division_code=county, source=source, values=values, actor=request.actor, scope=request.scope
        )
    except ServiceError as error:
        return _page(request, source, form, problem=error.message, status=error.status)
    messages.success(request, "连接已保存。")
    return redirect("exchange:connection", source)


@require_POST
@setter
def connection_fetch(request: StaffRequest, source: str) -> HttpResponse:
    """现在就取一次。"""
    connections.connection_defer(connection=_existing(request, source), scope=request.scope)
    messages.success(request, "已交给后台去取，取来的在“数据报送”里。")
    return redirect("exchange:connection", source)


@require_POST
@setter
def connection_remove(request: StaffRequest, source: str) -> HttpResponse:
    """删去连接。"""
    connections.connection_remove(connection=_existing(request, source), actor=request.actor, scope=request.scope)
    messages.success(request, "连接已删去，口令一并删除。")
    return redirect("exchange:source", source)


def _connection(request: StaffRequest, source: str) -> Connection | None:
    if source_of(source) is None:
        raise Http404("没有这个来源")
    return connection_of(request.scope, county_of(request), source)


def _existing(request: StaffRequest, source: str) -> Connection:
    connection = _connection(request, source)
    if connection is None:
        raise Http404("还没有设连接")
    return connection


def _page(
    request: StaffRequest,
    source: str,
    form: ConnectionForm,
    *,
    trial: Fetched | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "source": source,
        "title": title_of(source),
        "department": department_of(source),
        "form": form,
        "trial": trial,
        "problem": problem,
        "connection": _connection(request, source),
    }
    return render(request, "exchange/connection.html", context, status=status)
