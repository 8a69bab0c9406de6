"""政策测算的页面：历次、发起、一次的结果、名单、导出。"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.documents.sheets import CONTENT_TYPE, Column, write_sheet
from jiuzhu.web.ground.errors import Conflict, ServiceError
from jiuzhu.web.ground.paging import paged
from jiuzhu.web.monitoring import selectors as monitoring
from jiuzhu.web.monitoring.places import read_places
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.rulebook import content
from jiuzhu.web.policies.selectors import in_force_version, programmes, rulebook_version

from . import selectors, services
from .charts import distribution
from .forms import BASE, NOW, CostingForm
from .models import Costing
from .selectors import MOVES, Chosen

View = Callable[..., HttpResponse]
reader: Callable[[View], View] = permission_required("policies.view_rulebook", raise_exception=True)
trier: Callable[[View], View] = permission_required("policies.try_rulebook", raise_exception=True)
COUNTS = ("原来", "改后", "新进", "退出", "金额多了", "金额少了")
MONEY = ("每月原来（元）", "每月改后（元）", "每月增减（元）", "每年原来（元）", "每年改后（元）", "每年增减（元）")


@require_safe
@reader
def costing_list(request: StaffRequest) -> HttpResponse:
    """历次测算；``version`` 只看某一版的。"""
    rows, chosen = selectors.costings(request.scope), request.GET.get("version", "")
    version = selectors.versions(request.scope).filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    context = {
        "page": paged(rows.filter(version=version) if version else rows, request.GET.get("page")),
        "version": version,
        "run": monitoring.latest_run(request.scope),
        "versions": selectors.versions(request.scope).exists(),
    }
    return render(request, "whatif/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@trier
def costing_new(request: StaffRequest) -> HttpResponse:
    """选两版，交给后台算。"""
    run, versions = monitoring.latest_run(request.scope), list(selectors.versions(request.scope))
    if run is None or not versions:
        return render(request, "whatif/not_yet.html", {"run": run})
    chosen = next((item for item in versions if str(item.pk) == request.GET.get("version")), versions[0])
    initial = {"version": chosen.pk, "standards_on": _suggested_day(request, chosen, run.as_of), "programmes": []}
    form = CostingForm(
        request.POST or None, versions=versions, programmes=_programmes(run.division_code), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        version = rulebook_version(request.scope, int(form.cleaned_data["version"]))
        assert version is not None
        try:
            made = services.costing_start(
                version=version, against=_against(request, version, form.cleaned_data["against"]), run=run,
                asked=form.asked(), actor=request.actor, scope=request.scope,
            )  # fmt: skip
        except ServiceError as problem:
            if problem.status >= 500:
                raise
            form.add_error(None, problem.message)
        else:
            return redirect("whatif:costing", made.pk)
    may_edit = chosen.can_edit and request.user.has_perm("policies.change_rulebook")
    context = {"form": form, "run": run, "editable": chosen if may_edit else None, "changed": chosen.revision > 0}
    return render(request, "whatif/new.html", context, status=422 if form.errors else 200)


def _against(request: StaffRequest, version: RulebookVersion, chosen: str) -> RulebookVersion | None:
    """拿来比的一版；随程序发布的文本为空。"""
    if chosen == NOW:
        return in_force_version(version.division_code)
    found = version.based_on if chosen == BASE else rulebook_version(request.scope, int(chosen))
    return None if found is None or found.shipped else found


def _suggested_day(request: StaffRequest, version: RulebookVersion, as_of: date | None) -> date:
    """草稿里新添的标准最晚从哪天起，就按那天；没有添的按监测的评估日。"""
    today = as_of or timezone.localdate()
    full = rulebook_version(request.scope, version.pk)
    if full is None or full.based_on is None:
        return today
    old = content.parameters(full.based_on.files)
    added = [
        day
        for name, item in content.parameters(full.files).items()
        for day in (item.get("values") or {})
        if day not in (old.get(name, {}).get("values") or {})
    ]
    return max([today, *added])


def _programmes(division_code: str) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for entry in programmes(division_code):
        groups.setdefault(entry.kind, []).append((entry.code, entry.title))
    return list(groups.items())


@require_safe
@reader
def costing_page(request: StaffRequest, pk: int) -> HttpResponse:
    """一次测算：进出、每月每年的钱；点一个项目看各乡镇、各类户与分布。"""
    found = costing_of(request, pk)
    if found.status != Costing.Status.DONE:
        return page(request, "whatif/waiting.html", found, "costing")
    rows = found.figures["programmes"]
    changed = [row for row in rows if row["changed"]]
    asked = request.GET.get("programme", "")
    chosen = next((row for row in changed if row["code"] == asked), changed[0] if changed else None)
    names = township_names(found)
    context: dict[str, Any] = {
        "totals": found.figures["totals"],
        "changed": changed,
        "same": [row for row in rows if not row["changed"]],
        "changes": found.figures["changes"],
        "chosen": chosen,
        "is_late": found.standards_on - (found.run.as_of or found.standards_on) > timedelta(days=0),
    }
    if chosen:
        context |= {
            "townships": [{**row, "name": names.get(row["key"], "") or "不详"}
                          for row in found.figures["townships"].get(chosen["code"], [])],
            "groups": found.figures["groups"].get(chosen["code"], []),
            "chart": distribution(found, chosen["code"]),
        }  # fmt: skip
    return page(request, "whatif/costing.html", found, "costing", **context)


@require_safe
@reader
def costing_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """进度条，页面每秒来取一次；算完让浏览器整页刷新。"""
    found = costing_of(request, pk)
    if not found.is_active:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "whatif/progress.html", {"costing": found})


@require_safe
@reader
def household_list(request: StaffRequest, pk: int) -> HttpResponse:
    """数背后的户：谁进谁出、多了多少。"""
    found = costing_of(request, pk)
    if found.status != Costing.Status.DONE:
        return redirect("whatif:costing", pk)
    if not selectors.has_rows(found):
        raise Conflict(
            f"{found}的明细文件不在了（可能是从备份恢复的）。算出的数仍在；要看名单，请用同样的两版再测算一次。",
            code="costing_files_missing",
        )
    chosen = _chosen(request, found)
    rows = paged(selectors.listed(found, request.scope, chosen).to_dicts(), request.GET.get("page"))
    titles, villages = selectors.programme_titles(found), village_names(found)
    for row in rows:
        row["title"] = titles.get(row["programme"], "")
        row["place"] = villages.get(row["village_code"], "") or "所在村不详"
        row["words"] = MOVES[row["change"]].removesuffix("的")
    context: dict[str, Any] = {
        "page": rows,
        "chosen": chosen,
        "moves": [(key, title, key == chosen.move) for key, title in MOVES.items()],
        "programmes": [(row["code"], row["title"]) for row in found.figures["programmes"]],
        "townships": sorted(township_names(found).items()),
        "groups": sorted({row["key"] for rows in found.figures["groups"].values() for row in rows}),
    }
    return page(request, "whatif/households.html", found, "households", **context)


def _chosen(request: StaffRequest, found: Costing) -> Chosen:
    """网址里的条件；写错的当作没写。"""
    given = request.GET
    titles, names = selectors.programme_titles(found), township_names(found)
    groups = {row["key"] for rows in found.figures["groups"].values() for row in rows}
    return Chosen(
        given.get("programme", "") if given.get("programme") in titles else "",
        given.get("move", "") if given.get("move") in MOVES else "",
        given.get("township", "") if given.get("township") in names else "",
        given.get("group", "") if given.get("group") in groups else "",
    )


@require_safe
@trier
def costing_sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """各项目、各乡镇、各类户的数与钱，导出 XLSX。"""
    found = done_of(request, pk)
    rows = list(selectors.sheet_rows(found, township_names(found)))
    heads = [Column("项目", 26), Column("单位", 6), Column("怎么分", 10), Column("哪一份", 18)]
    columns = [*heads, *(Column(title, 10) for title in COUNTS), *(Column(title, 16) for title in MONEY)]
    return _sheet(request, found, columns, rows, f"政策测算{found.number}")


@require_safe
@trier
def household_sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """名单导出 XLSX：只有户编号、村、项目与金额，没有姓名和号码。"""
    found = done_of(request, pk)
    titles, villages = selectors.programme_titles(found), village_names(found)
    rows = [
        [row["household_id"], villages.get(row["village_code"], ""), row["group"], titles[row["programme"]],
         MOVES[row["change"]].removesuffix("的"), row["amount_before"], row["amount_after"]]
        for row in selectors.listed(found, request.scope, _chosen(request, found)).iter_rows(named=True)
    ]  # fmt: skip
    columns = [
        Column("户编号", 22), Column("乡镇、村", 26), Column("在册类别", 14), Column("项目", 26),
        Column("变化", 12), Column("原来（元）", 14), Column("改后（元）", 14),
    ]  # fmt: skip
    return _sheet(request, found, columns, rows, f"政策测算{found.number}名单")


def _sheet(
    request: StaffRequest, found: Costing, columns: list[Column], rows: list[list[Any]], title: str
) -> HttpResponse:
    filters = {
        "改后的一版": f"{found.version}（摘要 {found.version_digest[:12]}）",
        "与哪一版比": f"{found.against_name}（摘要 {found.against_digest[:12]}）",
        "按哪天的标准": f"{found.standards_on:%Y年%-m月%-d日}",
        "用的事实": str(found.run),
    }
    made = write_sheet(columns=columns, rows=rows, title=title, actor=request.actor, filters=filters)
    services.costing_exported(costing=found, rows=len(rows), actor=request.actor)
    named = content_disposition_header(as_attachment=True, filename=f"{title}.xlsx")
    return HttpResponse(made, content_type=CONTENT_TYPE, headers={"Content-Disposition": named or "attachment"})


def page(
    request: StaffRequest, template: str, found: Costing, tab: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """放进框架里。"""
    tabs = [(f"whatif:{name}", title, name == tab) for name, title in (("costing", "算出的账"), ("households", "名单"))]
    return render(request, template, {"costing": found, "tabs": tabs, **context}, status=status)


def costing_of(request: StaffRequest, pk: int) -> Costing:
    """一次测算；没有则 404。"""
    found = selectors.costing(request.scope, pk)
    if found is None:
        raise Http404("没有这次测算")
    return found


def done_of(request: StaffRequest, pk: int) -> Costing:
    """算完了的、明细还在的。"""
    found = costing_of(request, pk)
    if found.status != Costing.Status.DONE or not selectors.has_rows(found):
        raise Http404("这次测算没有可导出的结果")
    return found


def township_names(found: Costing) -> dict[str, str]:
    """乡镇代码 → 名称。"""
    return _names(found.run.out_dir)[0]


def village_names(found: Costing) -> dict[str, str]:
    """村代码 → 乡镇与村。"""
    return _names(found.run.out_dir)[1]


@lru_cache(maxsize=4)
def _names(out: str) -> tuple[dict[str, str], dict[str, str]]:
    rows = read_places(Path(out)).select("village_code", "township_code", "township", "village").iter_rows()
    towns: dict[str, str] = {}
    villages: dict[str, str] = {}
    for village_code, township_code, township, village in rows:
        if township:
            towns[township_code] = township
        villages[village_code] = f"{township}{village}"
    return towns, villages
