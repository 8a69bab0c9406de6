"""监测预警总览:这一期怎么样、从哪里下手。"""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.monitoring import selectors
from jiuzhu.web.monitoring.charts import overview_charts
from jiuzhu.web.monitoring.figures import band_cards, flow_steps

from .common import chosen_run, nothing_yet, reader


@require_safe
@reader
def overview(request: StaffRequest) -> HttpResponse:
    """四级户数、数据去向、得分分布、乡镇与类别。"""
    run = chosen_run(request)
    if run is None:
        return nothing_yet(request)
    context = {
        "run": run,
        "last": selectors.last_run(request.scope),
        "bands": band_cards(run, selectors.previous_done(request.scope, run)),
        "flow": flow_steps(run),
        "charts": overview_charts(run),
        "indicators": named_indicators(run.shown["indicators"], run.rulebook["indicators"]),
    }
    return render(request, "monitoring/overview.html", context)


def named_indicators(rows: list[dict], titles: dict[str, dict]) -> list[dict]:
    """最常见的指标,补上名称;``share`` 是与首位相比的百分数,画横条用。"""
    most = rows[0]["warnings"] if rows else 1
    return [
        row | {"name": titles.get(row["code"], {}).get("name", row["code"]), "share": row["warnings"] * 100 // most}
        for row in rows
    ]
