"""监测：各级预警几户、先看哪几户、数据里看出什么、数据一路怎么来。"""

from typing import Any

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.monitoring import selectors
from jiuzhu.web.monitoring.figures import band_cards, flow_steps
from jiuzhu.web.monitoring.models import Finding, Run
from jiuzhu.web.monitoring.views.warnings import reasons

FIRST = 8


def latest(request: StaffRequest) -> Run | None:
    """最近一次完成的监测；一个请求里只取一次。"""
    if not hasattr(request, "latest_run"):
        request.latest_run = selectors.latest_run(request.scope)  # type: ignore[attr-defined]
    return request.latest_run  # type: ignore[attr-defined]


def levels(request: StaffRequest) -> dict[str, Any]:
    """四级户数；还没有监测过则说明该做什么。"""
    run = latest(request)
    last = selectors.last_run(request.scope)
    if run is None:
        return {"run": None, "last": last}
    return {"run": run, "last": last, "bands": band_cards(run, selectors.previous_done(request.scope, run))}


def first(request: StaffRequest) -> dict[str, Any] | None:
    """分值最高的几户，附主要原因。"""
    run = latest(request)
    if run is None:
        return None
    rows = list(selectors.warnings(request.scope, run)[:FIRST])
    for row in rows:
        row.reasons = reasons(row, run)
    return {"run": run, "rows": rows, "total": run.shown["totals"]["warnings"]}


def findings(request: StaffRequest) -> dict[str, Any] | None:
    """各种数据发现的条数。"""
    run = latest(request)
    if run is None:
        return None
    found = run.shown["findings"]
    return {"kinds": [(kind.value, kind.label, found[kind.value]) for kind in Finding.Kind if found.get(kind.value)]}


def flow(request: StaffRequest) -> dict[str, Any] | None:
    """文件 → 行 → 人 → 户 → 预警。"""
    run = latest(request)
    return None if run is None else {"run": run, "steps": flow_steps(run)}
