"""样本村试算的页面。"""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.paging import paged
from jiuzhu.web.monitoring import selectors as monitoring
from jiuzhu.web.policies.models import RulebookVersion

from . import selectors, services
from .charts import TITLES, distribution, flow_table
from .forms import CutsForm, TrialForm
from .models import Trial
from .selectors import BANDS, NONE, Filter

View = Callable[..., HttpResponse]
reader: Callable[[View], View] = permission_required("policies.view_rulebook", raise_exception=True)
trier: Callable[[View], View] = permission_required("policies.try_rulebook", raise_exception=True)
changer: Callable[[View], View] = permission_required("policies.change_rulebook", raise_exception=True)
MOVES = {"": "全部", "enter": "新进预警", "leave": "退出预警", "up": "升级", "down": "降级"}


@require_safe
@trier
def trial_list(request: StaffRequest) -> HttpResponse:
    """历次试算。"""
    page = paged(selectors.trials(request.scope), request.GET.get("page"))
    context = {
        "page": page,
        "run": monitoring.latest_run(request.scope),
        "drafts": selectors.drafts(request.scope).exists(),
    }
    return render(request, "trials/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@trier
def trial_new(request: StaffRequest) -> HttpResponse:
    """选版本、选村，算一次。"""
    run = monitoring.latest_run(request.scope)
    versions = list(selectors.drafts(request.scope))
    if run is None or not versions:
        return render(request, "trials/not_yet.html", {"run": run})
    from jiuzhu.engine.simulation import villages_of  # noqa: PLC0415 载入计算库较慢，用到时才载入

    villages = villages_of(Path(run.out_dir))
    initial = {"version": request.GET.get("version", "")}
    form = TrialForm(request.POST or None, versions=versions, villages=villages, initial=initial)
    if request.method == "POST" and form.is_valid():
        version = RulebookVersion.objects.within(request.scope).get(pk=form.cleaned_data["version"])
        try:
            made = services.trial_run(
                version=version, run=run, choice=form.choice(), note=form.cleaned_data["note"],
                actor=request.actor, scope=request.scope,
            )  # fmt: skip
        except ServiceError as problem:
            form.add_error(None, problem.message)
        else:
            messages.success(
                request, f"已算完：{len(made.villages)} 个村，{made.households:,} 户，用了 {made.seconds:g} 秒。"
            )
            return redirect("trials:trial", made.pk)
    return render(request, "trials/new.html", {"form": form, "run": run}, status=422 if form.errors else 200)


@require_safe
@reader
def trial_page(request: StaffRequest, pk: int) -> HttpResponse:
    """一次试算：两边各级几户、分布、流向，移动区间。"""
    found = trial_of(request, pk)
    names = selectors.place_names(Path(found.run.out_dir))
    context = {
        "chart": distribution(found),
        "flows": flow_table(found),
        "orders": [TITLES[band] for band in (*BANDS, NONE)],
        "places": [names.get(code, "村不详") for code in found.villages],
        "lows_before": found.figures["lows_before"],
        "can_save": found.version.can_edit and request.user.has_perm("policies.change_rulebook"),
        **recounted(request, found),
    }
    return page(request, "trials/trial.html", found, "trial", **context)


@require_safe
@reader
def bands(request: StaffRequest, pk: int) -> HttpResponse:
    """移动区间：按新的下限重数，只返回数字那一块。"""
    found = trial_of(request, pk)
    return render(request, "trials/recount.html", {"trial": found, **recounted(request, found)})


def recounted(request: StaffRequest, found: Trial) -> dict[str, Any]:
    """按网址里的下限重数；写得不对的说明，数字照草稿原来的。"""
    own = found.figures["lows_after"]
    form = CutsForm(request.GET, lows=own)
    lows = {band: form.cleaned_data[band] for band in BANDS} if form.is_valid() else own
    result = selectors.recount(found, lows)
    for row in result["rows"]:
        row["title"], row["low"] = TITLES[row["band"]], lows.get(row["band"])
        row["change"] = row["after"] - row["before"]
    return {
        "recount": result,
        "lows": lows,
        "problems": form.problems(),
        "query_lows": urlencode(lows),
        "moved_lows": lows != own,
        "sliders": [{"band": band, "title": TITLES[band], "low": lows[band]} for band in BANDS],
    }


@require_POST
@changer
def bands_save(request: StaffRequest, pk: int) -> HttpResponse:
    """把选好的区间存进草稿。"""
    found = trial_of(request, pk)
    form = CutsForm(request.POST, lows=found.figures["lows_after"])
    if not form.is_valid():
        messages.error(request, form.problems()[0])
        return redirect("trials:trial", pk)
    lows = {band: form.cleaned_data[band] for band in BANDS}
    services.trial_bands_save(trial_id=pk, lows=lows, actor=request.actor, scope=request.scope)
    told = "、".join(f"{TITLES[band]} {low:g}" for band, low in lows.items())
    messages.success(request, f"已存进{found.version}：{told}。这次试算留作依据。")
    return redirect("policies:rulebook_bands", found.version_id)


@require_safe
@reader
def household_list(request: StaffRequest, pk: int) -> HttpResponse:
    """名单：谁进谁出，为什么。"""
    found = trial_of(request, pk)
    cuts = recounted(request, found)
    move = request.GET.get("move", "")
    band, was = (code if (code := request.GET.get(name, "")) in (*BANDS, NONE) else "" for name in ("band", "was"))
    chosen = Filter(cuts["lows"], move if move in MOVES else "", band, was)
    rows = paged(selectors.listed(found, chosen).to_dicts(), request.GET.get("page"))
    why = selectors.reasons(found, [row["household_id"] for row in rows])
    names = selectors.place_names(Path(found.run.out_dir))
    for row in rows:
        row["why"] = why.get(row["household_id"], [])
        row["place"] = names.get(row["village_code"], "村不详")
    context = {
        "page": rows,
        "moves": [(key, title, key == chosen.move) for key, title in MOVES.items()],
        "bands": [(key, TITLES[key], key == chosen.band) for key in (*BANDS, NONE)],
        "before": [(key, TITLES[key], key == chosen.was) for key in (*BANDS, NONE)],
        "chosen": chosen,
        **cuts,
    }
    return page(request, "trials/households.html", found, "households", **context)


def page(
    request: StaffRequest, template: str, found: Trial, tab: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """放进框架里。"""
    tabs = [
        (f"trials:{name}", title, name == tab)
        for name, title in (
            ("trial", "比较与区间"),
            ("households", "名单"),
            ("outcomes", "对照核实结果"),
            ("suggestions", "学得的建议"),
        )
    ]
    return render(request, template, {"trial": found, "tabs": tabs, **context}, status=status)


def trial_of(request: StaffRequest, pk: int) -> Trial:
    """一次试算；没有、或明细已不在，则 404。"""
    found = selectors.trial(request.scope, pk)
    if found is None:
        raise Http404("没有这次试算")
    if not (found.folder / "households.parquet").is_file():
        raise ServiceError(
            f"{found}的明细文件不在了（可能是从备份恢复的）。记录里的数仍在，要看名单请用同样的村再算一次。",
            code="trial_files_missing",
            status=409,
        )
    return found
