"""指标与数据发现口径：看、改、添、删。"""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.policies import services
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.rulebook import content
from jiuzhu.web.policies.rulebook.lazily import checking
from jiuzhu.web.policies.rulebook_forms import IndicatorForm, LimitForm, RuleForm

from .rulebook_common import changer, departments_of, draft_of, page, rule_help, version_of, viewer


@require_safe
@viewer
def indicator_list(request: StaffRequest, pk: int) -> HttpResponse:
    """八类指标，每项写成一句话。"""
    version = version_of(request, pk)
    told = checking.words_of(version.files)
    before = (
        {row.code: dict(row.values) for row in content.indicators(version.based_on.files)} if version.based_on else {}
    )
    groups: dict[str, list[dict[str, Any]]] = {name: [] for name in content.CATEGORY_FILES}
    for row in content.indicators(version.files):
        values = dict(row.values)
        mark = "" if not before else "新增" if row.code not in before else "已改" if before[row.code] != values else ""
        groups[row.category].append({**values, "words": told(values["when"], values["level"], "bool"), "mark": mark})
    return page(request, "policies/rulebook_indicators.html", version, "rulebook_indicators", groups=groups)


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def indicator_edit(request: StaffRequest, pk: int, code: str) -> HttpResponse:
    """改一项。"""
    version = draft_of(request, pk)
    row = content.indicator(version.files, code)
    if row is None:
        raise Http404("没有这项指标")
    return _indicator_form(request, version, code, {**row.values, "category": row.category})


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def indicator_new(request: StaffRequest, pk: int) -> HttpResponse:
    """添一项。"""
    return _indicator_form(request, draft_of(request, pk), "", {"level": "户", "per": "人", "basis": "自拟"})


def _indicator_form(
    request: StaffRequest, version: RulebookVersion, code: str, initial: Mapping[str, Any]
) -> HttpResponse:
    form = IndicatorForm(
        request.POST or None,
        initial={**initial, "revision": version.revision},
        texts=version.files,
        own_code=code,
        departments=departments_of(version),
    )
    if request.method == "POST" and form.is_valid():
        files = content.with_indicator(version.files, code, form.values(), form.cleaned_data["category"])
        _saved(
            request, version, form, files, f"指标 {form.cleaned_data['code']}", initial if code else None, form.values()
        )
        return redirect("policies:rulebook_indicators", version.pk)
    return _edit_page(request, version, form, f"指标 {code}" if code else "添一项指标", "rulebook_indicators", code)


@require_POST
@changer
def indicator_remove(request: StaffRequest, pk: int, code: str) -> HttpResponse:
    """删一项。"""
    version = draft_of(request, pk)
    row = content.indicator(version.files, code)
    if row is None:
        raise Http404("没有这项指标")
    services.rulebook_change(
        version_id=pk, revision=version.revision, files=content.without_indicator(version.files, code),
        part=f"指标 {code}", before=plain(row.values), after=None, actor=request.actor, scope=request.scope,
    )  # fmt: skip
    messages.success(request, f"已从草稿删去指标 {code}“{row.values['name']}”。")
    return redirect("policies:rulebook_indicators", pk)


@require_safe
@viewer
def finding_list(request: StaffRequest, pk: int) -> HttpResponse:
    """数据发现的口径。"""
    version = version_of(request, pk)
    told, titles = checking.words_of(version.files), content.finding_titles(version.files)
    rows = [
        {**row.values, "words": told(str(row.values["when"]), "户", "bool"), "kind": titles.get(row.category, "")}
        for row in content.limits(version.files)
    ]
    return page(request, "policies/rulebook_findings.html", version, "rulebook_findings", rows=rows)


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def limit_edit(request: StaffRequest, pk: int, code: str) -> HttpResponse:
    """改一条口径。"""
    version = draft_of(request, pk)
    row = next((row for row in content.limits(version.files) if row.code == code), None)
    if row is None:
        raise Http404("没有这条口径")
    return _limit_form(request, version, code, row.values)


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def limit_new(request: StaffRequest, pk: int) -> HttpResponse:
    """添一条口径。"""
    return _limit_form(request, draft_of(request, pk), "", {"basis": "自拟"})


def _limit_form(request: StaffRequest, version: RulebookVersion, code: str, initial: Mapping[str, Any]) -> HttpResponse:
    given = {**initial, "revision": version.revision}
    form = LimitForm(request.POST or None, initial=given, texts=version.files, own_code=code)
    if request.method == "POST" and form.is_valid():
        files = content.with_limit(version.files, code, form.values())
        _saved(
            request, version, form, files, f"口径 {form.cleaned_data['code']}", initial if code else None, form.values()
        )
        return redirect("policies:rulebook_findings", version.pk)
    return _edit_page(request, version, form, f"口径 {code}" if code else "添一条口径", "rulebook_findings", code)


@require_POST
@changer
def limit_remove(request: StaffRequest, pk: int, code: str) -> HttpResponse:
    """删一条口径。"""
    version = draft_of(request, pk)
    row = next((row for row in content.limits(version.files) if row.code == code), None)
    if row is None:
        raise Http404("没有这条口径")
    services.rulebook_change(
        version_id=pk, revision=version.revision, files=content.without_limit(version.files, code),
        part=f"口径 {code}", before=plain(row.values), after=None, actor=request.actor, scope=request.scope,
    )  # fmt: skip
    messages.success(request, f"已从草稿删去口径 {code}“{row.values['name']}”。")
    return redirect("policies:rulebook_findings", pk)


def _saved(
    request: StaffRequest, version: RulebookVersion, form: RuleForm, files: Mapping[str, str], part: str,
    before: Mapping[str, Any] | None, after: Mapping[str, Any],
) -> None:  # fmt: skip
    services.rulebook_change(
        version_id=version.pk, revision=form.cleaned_data["revision"], files=files, part=part,
        before=plain(before), after=plain(after), actor=request.actor, scope=request.scope,
    )  # fmt: skip
    messages.success(request, f"{part} 已存进草稿，还没有生效。")


def _edit_page(
    request: StaffRequest, version: RulebookVersion, form: RuleForm, heading: str, tab: str, code: str
) -> HttpResponse:
    context = {"form": form, "title": heading, "back": tab, "code": code, **rule_help(version.files)}
    return page(request, "policies/rulebook_rule.html", version, tab, status=422 if form.errors else 200, **context)


def plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """写进审计的值：去掉 YAML 的外壳。"""
    if values is None:
        return None
    return {
        key: [str(item) for item in value] if isinstance(value, list | tuple) else float(value)
        if isinstance(value, float) else int(value) if isinstance(value, int) else str(value)
        for key, value in values.items()
        if key != "revision"
    }  # fmt: skip
