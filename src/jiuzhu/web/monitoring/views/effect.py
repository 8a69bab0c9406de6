"""成效：这段时间的预警后来怎样；每个数点得开，写明怎么算。"""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.divisions.selectors import full_code, path_of
from jiuzhu.web.ground.paging import paged
from jiuzhu.web.monitoring.effect import (
    DEFINITIONS,
    REFERENCE_HIT_RATE,
    REFERENCE_SOURCE,
    Effect,
    Filters,
    effect_of,
    effect_shown,
    listed,
)
from jiuzhu.web.monitoring.effect import found as findings
from jiuzhu.web.monitoring.effect.charts import months_chart
from jiuzhu.web.monitoring.effect.export import effect_file
from jiuzhu.web.monitoring.effect.forms import GROUPS, EffectFilter
from jiuzhu.web.monitoring.effect.listing import TITLES
from jiuzhu.web.orders.models import Measure
from jiuzhu.web.orders.selectors import OUTCOMES

from .common import effect_reader

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@effect_reader
def effect_page(request: StaffRequest) -> HttpResponse:
    """一页看完：漏斗、帮扶、用时、命中率、发现，按月的图，分组的表。"""
    form, filters, by = chosen(request)
    effect = effect_shown(request.scope, filters, by=by)
    context = {
        "form": form,
        "filters": filters,
        "problems": form.problems(),
        "effect": effect,
        "funnel": funnel(effect),
        "lines": lines_of(request, effect, by),
        "by": by,
        "groups": GROUPS,
        "definitions": DEFINITIONS,
        "reference": REFERENCE_HIT_RATE,
        "reference_source": REFERENCE_SOURCE,
        "chart": months_chart(effect.months),
        "where": where_of(request),
    }
    return render(request, "monitoring/effect.html", context)


@require_safe
@effect_reader
def effect_list(request: StaffRequest) -> HttpResponse:
    """一个数背后的户。"""
    measure, kind = request.GET.get("measure", "warned"), request.GET.get("kind", "")
    if measure not in TITLES or (kind and kind not in Measure.Kind.values):
        raise Http404("没有这个数")
    form, filters, _ = chosen(request)
    page = paged(listed(request.scope, filters, measure, kind=kind), request.GET.get("page"))
    context = {
        "title": TITLES[measure],
        "measure": measure,
        "kind": dict(Measure.Kind.choices).get(kind, ""),
        "definition": DEFINITIONS.get(measure),
        "filters": filters,
        "problems": form.problems(),
        "page": page,
        "outcomes": OUTCOMES,
        "spoken": form.spoken(),
        "has_money": measure in {"aided", "money", "monthly"},
    }
    return render(request, "monitoring/effect_list.html", context)


@require_safe
@effect_reader
def effect_findings(request: StaffRequest) -> HttpResponse:
    """数据发现一栏的一个数背后的核实结果。"""
    measure = request.GET.get("measure", "findings_true")
    if measure not in findings.TITLES:
        raise Http404("没有这个数")
    form, filters, _ = chosen(request)
    context = {
        "title": findings.TITLES[measure],
        "definition": DEFINITIONS.get(measure),
        "filters": filters,
        "problems": form.problems(),
        "page": paged(findings.outcomes(request.scope, filters, measure), request.GET.get("page")),
        "may_open": request.user.has_perm("monitoring.view_finding"),
        "spoken": form.spoken_of("township"),
    }
    return render(request, "monitoring/effect_findings.html", context)


@require_safe
@effect_reader
def effect_export(request: StaffRequest) -> HttpResponse:
    """导出 XLSX：数字、分组、按月、口径。只有合计，没有户。"""
    form, filters, by = chosen(request)
    effect = effect_of(request.scope, filters, by=by)
    with transaction.atomic():
        record(
            actor=request.actor,
            action="monitoring.effect_export",
            subject=Subject("monitoring.effect", filters.period, f"{where_of(request)} {filters.period}"),
        )
    file = effect_file(effect, filters, where=where_of(request), spoken=form.spoken(), by_title=f"按{GROUPS[by]}")
    name = f"成效 {filters.period}.xlsx"
    disposition = content_disposition_header(as_attachment=True, filename=name) or ""
    return HttpResponse(file.read(), content_type=XLSX, headers={"Content-Disposition": disposition})


def chosen(request: StaffRequest) -> tuple[EffectFilter, Filters, str]:
    """网址里的条件。"""
    form = EffectFilter(request.GET, scope=request.scope)
    return form, form.filters(), form.grouping()


def where_of(request: StaffRequest) -> str:
    """看的是哪里。"""
    areas = request.scope.areas
    return "、".join(path_of(full_code(area)) for area in areas) or "所辖"


def funnel(effect: Effect) -> list[tuple[str, str, int, float | None]]:
    """漏斗的各步：（代码，名称，户数，占预警的百分比）。"""
    total = effect.total
    steps = ("warned", "sent", "ended", "verified", "true")
    return [
        (code, DEFINITIONS[code].title, getattr(total, code), percent(getattr(total, code), total.warned))
        for code in steps
    ]


def lines_of(request: StaffRequest, effect: Effect, by: str) -> list[dict[str, Any]]:
    """分组表的各行：每个数连到这一组的名单，名称连到只看这一组的成效。"""
    base = request.GET.copy()
    base.pop("by", None)
    found = []
    for group in effect.groups:
        cells = []
        for code in ("warned", "sent", "ended", "verified", "true"):
            query = base.copy()
            query[by], query["measure"] = group.code, code
            url = f"{reverse('monitoring:effect_list')}?{query.urlencode()}"
            cells.append((code, DEFINITIONS[code].title, getattr(group, code), url))
        here = base.copy()
        here[by] = group.code
        found.append({"group": group, "cells": cells, "url": f"?{here.urlencode()}" if group.code else ""})
    return found


def percent(part: int, whole: int) -> Any:
    """占比；没有分母为空。"""
    return round(part * 100 / whole, 1) if whole else None
