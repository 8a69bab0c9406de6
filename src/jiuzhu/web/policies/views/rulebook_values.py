"""参数、区间与指数：看、改、添、删。"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.policies import services
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.places import township_codes
from jiuzhu.web.policies.rulebook import content
from jiuzhu.web.policies.rulebook.lazily import checking
from jiuzhu.web.policies.rulebook_forms import BandsForm, IndexForm
from jiuzhu.web.policies.rulebook_parameter_form import ParameterForm

from .rulebook_common import changer, draft_of, page, rule_help, version_of, viewer


@require_safe
@viewer
def parameter_list(request: StaffRequest, pk: int) -> HttpResponse:
    """各参数：今天的取值、单位、依据、历次取值、哪些规则用到。"""
    version = version_of(request, pk)
    text = request.GET.get("q", "").strip()
    names, used = content.parameters(version.files), checking.uses(version.files)
    rows = [
        {"name": name, "now": _now(item), "rows": _rows(item, version, name), "used": used.get(name, []), **item}
        for name, item in names.items()
        if text in name or text in str(item.get("basis", ""))
    ]
    return page(request, "policies/rulebook_parameters.html", version, "rulebook_parameters", rows=rows, q=text)


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def parameter_edit(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """改依据，添一行新日期。"""
    version = draft_of(request, pk)
    item = content.parameters(version.files).get(name)
    if item is None:
        raise Http404("没有这个参数")
    return _parameter_form(request, version, name, item)


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def parameter_new(request: StaffRequest, pk: int) -> HttpResponse:
    """添一个参数。"""
    return _parameter_form(request, draft_of(request, pk), "", {})


def _parameter_form(
    request: StaffRequest, version: RulebookVersion, name: str, item: Mapping[str, Any]
) -> HttpResponse:
    values = dict(item.get("values") or {})
    taken = {row["name"] for row in checking.all_names(version.files)}
    form = ParameterForm(
        request.POST or None,
        initial={**item, "name": name, "revision": version.revision},
        fixed=bool(name), taken=taken, rows=values, codes=township_codes(version.division_code),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        _save_parameter(request, version, form, item)
        return redirect("policies:rulebook_parameters", version.pk)
    rows = _rows(item, version, name) if name else []
    context = {"form": form, "name": name, "rows": rows}
    status = 422 if form.errors else 200
    return page(request, "policies/rulebook_parameter.html", version, "rulebook_parameters", status=status, **context)


def _save_parameter(
    request: StaffRequest, version: RulebookVersion, form: ParameterForm, item: Mapping[str, Any]
) -> None:
    cleaned = form.cleaned_data
    name = cleaned["name"]
    values = {day: content.placed(value) for day, value in (item.get("values") or {}).items()}
    if cleaned["day"]:
        rural = cleaned["urban"] if cleaned["rural"] is None else cleaned["rural"]
        values[cleaned["day"]] = {"城": cleaned["urban"], "乡": rural, **cleaned["townships"]}
    files = content.with_parameter(version.files, name, unit=cleaned["unit"], basis=cleaned["basis"], values=values)
    after = {"basis": cleaned["basis"], "unit": cleaned["unit"]}
    if cleaned["day"]:
        told = checking.value_text(values[cleaned["day"]], cleaned["unit"])
        after["value"] = f"{cleaned['day']:%Y年%-m月%-d日}起 {told}"
    services.rulebook_change(
        version_id=version.pk, revision=cleaned["revision"], files=files, part=f"参数 {name}",
        before={"basis": str(item["basis"])} if item else None, after=after, actor=request.actor, scope=request.scope,
    )  # fmt: skip
    messages.success(request, f"参数“{name}”已存进草稿，还没有生效。")


@require_POST
@changer
def parameter_remove(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """删去草稿里新添的一行（``day``），或整个新添的参数。已施行的旧行不能删。"""
    version = draft_of(request, pk)
    item = content.parameters(version.files).get(name)
    if item is None:
        raise Http404("没有这个参数")
    rows = _rows(item, version, name)
    day = request.POST.get("day", "")
    if day:
        row = next((row for row in rows if row["day"].isoformat() == day), None)
        if row is None or not row["removable"] or len(rows) == 1:
            raise Conflict("这一行不能删：已施行的标准要留着，去年的结论才能照它重算。", code="parameter_row_kept")
        values = {row["day"]: row["value"] for row in rows if row["day"].isoformat() != day}
        files = content.with_parameter(
            version.files, name, unit=str(item["unit"]), basis=str(item["basis"]), values=values
        )
    else:
        if version.based_on and name in content.parameters(version.based_on.files):
            raise Conflict(f"参数“{name}”是施行着的，不能整个删去；不用它的，把规则改掉就可以。", code="parameter_kept")
        files = content.without_parameter(version.files, name)
    services.rulebook_change(
        version_id=pk, revision=version.revision, files=files, part=f"参数 {name}",
        before={"row": day or name}, after=None, actor=request.actor, scope=request.scope,
    )  # fmt: skip
    messages.success(request, "已从草稿删去。")
    return redirect("policies:rulebook_parameters", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@viewer
def bands(request: StaffRequest, pk: int) -> HttpResponse:
    """四级区间与指数公式；改区间就在这一页。"""
    version = version_of(request, pk)
    rows = content.bands(version.files)
    form = BandsForm(initial={"revision": version.revision}, rows=rows)
    if request.method == "POST":
        return _bands_save(request, pk)
    told = checking.words_of(version.files)
    found = [
        {"title": title, **item, "words": told(str(item["formula"]), "户", "number")}
        for title, item in content.indices(version.files).items()
    ]
    return page(request, "policies/rulebook_bands.html", version, "rulebook_bands", form=form, rows=rows, indices=found)


@changer
def _bands_save(request: StaffRequest, pk: int) -> HttpResponse:
    version = draft_of(request, pk)
    rows = content.bands(version.files)
    form = BandsForm(request.POST, rows=rows)
    if not form.is_valid():
        return page(
            request, "policies/rulebook_bands.html", version, "rulebook_bands", status=422,
            form=form, rows=rows, indices=[{"title": title, **item} for title, item in content.indices(version.files).items()],
        )  # fmt: skip
    services.rulebook_change(
        version_id=pk, revision=form.cleaned_data["revision"],
        files=content.with_bands(version.files, form.lows(), form.meanings()), part="区间",
        before={"lows": {str(row["title"]): float(row["low"]) for row in rows}},
        after={"lows": {str(row["title"]): form.lows()[str(row["band"])] for row in rows}},
        actor=request.actor, scope=request.scope,
    )  # fmt: skip
    messages.success(request, "区间已存进草稿，还没有生效。")
    return redirect("policies:rulebook_bands", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def index_edit(request: StaffRequest, pk: int, title: str) -> HttpResponse:
    """改一个指数的公式。"""
    version = draft_of(request, pk)
    item = content.indices(version.files).get(title)
    if item is None:
        raise Http404("没有这个指数")
    initial = {"formula": str(item["formula"]), "basis": str(item["basis"]), "revision": version.revision}
    form = IndexForm(request.POST or None, initial=initial, texts=version.files)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        files = content.with_index(version.files, title, formula=cleaned["formula"], basis=cleaned["basis"])
        services.rulebook_change(
            version_id=pk, revision=cleaned["revision"], files=files, part=f"指数 {title}",
            before={"formula": initial["formula"]}, after={"formula": cleaned["formula"]},
            actor=request.actor, scope=request.scope,
        )  # fmt: skip
        messages.success(request, f"指数“{title}”已存进草稿，还没有生效。")
        return redirect("policies:rulebook_bands", pk)
    context = {"form": form, "title": title, "back": "rulebook_bands", "code": "", **rule_help(version.files)}
    status = 422 if form.errors else 200
    return page(request, "policies/rulebook_rule.html", version, "rulebook_bands", status=status, **context)


def _now(item: Mapping[str, Any]) -> str:
    """今天的取值。"""
    values = item.get("values") or {}
    days = [day for day in values if day <= timezone.localdate()]
    return checking.value_text(values[max(days)], str(item.get("unit", ""))) if days else "还没有施行的取值"


def _rows(item: Mapping[str, Any], version: RulebookVersion, name: str) -> list[dict[str, Any]]:
    """历次取值，新的在前；``removable`` 是草稿里新添的、或对照版里还没到日子的。"""
    old: Mapping[date, Any] = {}
    if version.based_on:
        old = content.parameters(version.based_on.files).get(name, {}).get("values") or {}
    unit, today = str(item.get("unit", "")), timezone.localdate()
    return [
        {
            "day": day,
            "value": content.placed(value),
            "text": checking.value_text(value, unit),
            "added": day not in old,
            "removable": day not in old or day > today,
        }
        for day, value in sorted((item.get("values") or {}).items(), reverse=True)
    ]
