"""对照核实结果，与由结果学得的建议。"""

from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from jiuzhu.engine.errors import EngineError
from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.ground.paging import paged
from jiuzhu.web.ground.templatetags.ground import points

from . import outcomes, selectors, services
from .charts import TITLES
from .models import Trial
from .selectors import BANDS
from .views import changer, page, reader, trial_of

MOST_VISITS = 1_000_000
PARTS = {
    "warned": "在区间里、核实过的户",
    "hit": "在区间里、属实的户",
    "wrong": "在区间里、不属实的户",
    "missed": "漏掉的户：属实而不在区间",
}


class WantedForm(forms.Form):
    """想走访多少户，或想要多高的命中率。"""

    visits = forms.IntegerField(
        label="样本里想走访多少户", required=False, min_value=1, max_value=MOST_VISITS,
        error_messages={"invalid": "户数要填整数。", "min_value": "户数至少为 1。"},
    )  # fmt: skip
    rate = forms.IntegerField(
        label="想要的命中率（核实过的里，%）", required=False, min_value=1, max_value=99,
        error_messages={"invalid": "命中率填 1 到 99 的整数。", "min_value": "命中率填 1 到 99 的整数。", "max_value": "命中率填 1 到 99 的整数。"},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"


class AcceptForm(forms.Form):
    """采纳哪一项。分值由服务器照现学的结果写，不由浏览器说了算。"""

    code = forms.CharField(max_length=10)


@require_safe
@reader
def outcome_page(request: StaffRequest, pk: int) -> HttpResponse:
    """施行的与试算的，各对着同一批核实结果：命中率、漏掉的。"""
    found = trial_of(request, pk)
    verified, folders = outcomes.verified(request.scope), outcomes.run_folders(request.scope)
    context: dict[str, Any] = {"verified": verified.height, "true": int(verified["true"].sum())}
    if verified.height:
        from .computing import against_outcomes  # noqa: PLC0415 载入计算库较慢，用到时才载入

        try:
            result = against_outcomes(found, verified, folders)
        except EngineError as error:
            context["problem"] = error.message
        else:
            context |= {"before": result.before, "after": result.after, **_tables(result.before, result.after)}
    return page(request, "trials/outcomes.html", found, "outcomes", **context)


@require_safe
@reader
def outcome_list(request: StaffRequest, pk: int) -> HttpResponse:
    """一个数背后的户：在区间里的、属实的、漏掉的。"""
    found = trial_of(request, pk)
    side = "before" if request.GET.get("side") == "before" else "after"
    part, band, category = (
        request.GET.get(name, value) for name, value in (("part", "warned"), ("band", ""), ("category", ""))
    )
    if part not in PARTS or (band and band not in BANDS):
        raise Http404("没有这个数")
    verified, folders = outcomes.verified(request.scope), outcomes.run_folders(request.scope)
    context: dict[str, Any] = {
        "title": PARTS[part], "side": side, "part": part, "band": TITLES.get(band, ""), "category": category,
    }  # fmt: skip
    try:
        rows = _listed(found, verified, folders, side=side, part=part, band=band, category=category)
    except EngineError as error:
        context |= {"problem": error.message, "page": paged([], None)}
    else:
        context["page"] = paged(rows, request.GET.get("page"))
    return page(request, "trials/outcome_list.html", found, "outcomes", **context)


def _listed(
    found: Trial, verified: pl.DataFrame, folders: dict[int, Path], *, side: str, part: str, band: str, category: str
) -> list[dict[str, Any]]:
    if verified.is_empty():
        return []
    from .computing import checked  # noqa: PLC0415 同上

    level, true = pl.col(f"band_{side}"), pl.col("true")
    inside = level == band if band else level.is_not_null()
    wanted = {"warned": inside, "hit": inside & true, "wrong": inside & ~true, "missed": level.is_null() & true}
    rows = checked(found, verified, folders, side=side, category=category)
    return rows.filter(wanted[part]).to_dicts()


def _tables(before: Any, after: Any) -> dict[str, Any]:
    bands = [
        {
            "band": band,
            "title": TITLES[band],
            "before": before.bands[band],
            "after": after.bands[band],
            "of": f"band={band}",
        }
        for band in BANDS
    ]
    names = list(dict.fromkeys([*before.categories, *after.categories]))
    categories = [
        {
            "title": name,
            "before": before.categories.get(name),
            "after": after.categories.get(name),
            "of": urlencode({"category": name}),
        }
        for name in names
    ]
    return {"bands": bands, "categories": categories}


@require_safe
@reader
def suggestion_page(request: StaffRequest, pk: int) -> HttpResponse:
    """学得的分值与区间建议，放在现在的旁边。"""
    found = trial_of(request, pk)
    verified, folders = outcomes.verified(request.scope), outcomes.run_folders(request.scope)
    form = WantedForm(request.GET or None)
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    context: dict[str, Any] = {
        "form": form,
        "verified": verified.height,
        "can_accept": found.version.can_edit and request.user.has_perm("policies.change_rulebook"),
    }
    from . import computing  # noqa: PLC0415 载入计算库较慢，用到时才载入

    if wanted.get("visits"):
        cuts = computing.visit_cuts(found, wanted["visits"])
        context |= {"visit_asked": wanted["visits"], "visit_cuts": cuts and _cut_rows(found, cuts)}
    try:
        if verified.height:
            context["learnt"] = computing.learnt(found, verified, folders)
            if wanted.get("rate"):
                share = wanted["rate"] / 100
                low = computing.rate_cut(found, verified, folders, share)
                is_now = low == found.figures["lows_after"]["blue"]
                context |= {"rate_asked": wanted["rate"], "rate_low": low, "rate_is_now": is_now}
    except EngineError as error:
        context["problem"] = error.message
    return page(request, "trials/suggestions.html", found, "suggestions", **context)


def _cut_rows(found: Trial, cuts: dict[str, float]) -> dict[str, Any]:
    counted = selectors.recount(found, cuts)
    by_band = {row["band"]: row["after"] for row in counted["rows"]}
    now = found.figures["lows_after"]
    rows = [{"title": TITLES[band], "now": now[band], "low": cuts[band], "count": by_band[band]} for band in BANDS]
    return {"rows": rows, "total": counted["total"], "query": "&".join(f"{band}={low:g}" for band, low in cuts.items())}


@require_POST
@changer
def suggestion_accept(request: StaffRequest, pk: int) -> HttpResponse:
    """采纳一条：重新学一遍，照结果写进草稿，记下由多少户学得。"""
    found = trial_of(request, pk)
    form = AcceptForm(request.POST)
    if not form.is_valid():
        messages.error(request, "没有写明采纳哪一项，草稿没有改。")
        return redirect("trials:suggestions", pk)
    from . import computing  # noqa: PLC0415 同上

    verified = outcomes.verified(request.scope)
    learnt = computing.learnt(found, verified, outcomes.run_folders(request.scope)) if verified.height else None
    items = {item.code: item for item in learnt.items} if learnt else {}
    item = items.get(form.cleaned_data["code"])
    if item is None:
        raise Conflict("这一项现在没有建议（核实结果可能变了），草稿没有改。", code="no_suggestion")
    told = asdict(item)
    why = "由 {hits} 户命中（{true} 户属实）学得，范围 {low} 到 {high}".format(**told)
    services.suggestion_accept(
        trial_id=pk, code=item.code, points=item.suggested, why=why, actor=request.actor, scope=request.scope
    )
    messages.success(request, f"{item.code}“{item.name}”在草稿里改为 {points(item.suggested)} 分。再试算一次看看变化。")
    return redirect("trials:suggestions", pk)
