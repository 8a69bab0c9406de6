"""救助项目里的一句规则：改、添、删，边写边查，照没有保存的写法跑这个项目的用例。"""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.errors import Conflict, ServiceError
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.programme_forms import HeldForm, ProgrammeRuleForm, levels_of
from jiuzhu.web.policies.rulebook import programmes
from jiuzhu.web.policies.rulebook.lazily import checking

from .programmes import FIELDS, TAB, item_of, saved
from .rulebook_common import changer, draft_of, page, version_of


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def rule_edit(request: StaffRequest, pk: int, code: str, part: str, place: int) -> HttpResponse:
    """改一句规则。"""
    version = draft_of(request, pk)
    item = item_of(version, code)
    rows = item.rows(part) if part in programmes.PARTS else []
    if place >= len(rows):
        raise Http404("没有这一句")
    return _rule_form(request, version, item, part, place, rows[place])


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def rule_new(request: StaffRequest, pk: int, code: str, part: str) -> HttpResponse:
    """添一句规则。"""
    version = draft_of(request, pk)
    if part not in programmes.PARTS:
        raise Http404("没有这一部分")
    return _rule_form(request, version, item_of(version, code), part, None, {"article": "自拟"})


def _rule_form(
    request: StaffRequest, version: RulebookVersion, item: programmes.Written, part: str, place: int | None,
    initial: Mapping[str, Any],
) -> HttpResponse:  # fmt: skip
    given = {**{key: str(value) for key, value in initial.items()}, "revision": version.revision}
    form = ProgrammeRuleForm(
        request.POST or None, initial=given, texts=version.files, part=part, level=levels_of(item), programme=item.code
    )
    if request.method == "POST" and form.is_valid():
        files = programmes.with_rule(version.files, item.code, part, place, form.values())
        told = f"项目 {item.title}：{form.cleaned_data['name']}"
        before = {key: str(value) for key, value in initial.items()} if place is not None else None
        saved(request, version, form.cleaned_data["revision"], files, told, before, form.values())
        return redirect("policies:rulebook_programme", version.pk, item.code)
    heading = programmes.PARTS[part][0]
    name = f"{item.title} · {heading}" + ("" if place is None else f"：{initial.get('name', '')}")
    context = {"part": part, "place": place, "title": name, "can_remove": place is not None}
    return _rule_page(request, version, item, form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def held_edit(request: StaffRequest, pk: int, code: str) -> HttpResponse:
    """改“怎样算已在享受”。"""
    version = draft_of(request, pk)
    item = item_of(version, code)
    initial = {"when": str(item.values.get("held") or ""), "revision": version.revision}
    form = HeldForm(request.POST or None, initial=initial, texts=version.files, level=levels_of(item), programme=code)
    if request.method == "POST" and form.is_valid():
        files = programmes.with_held(version.files, code, form.cleaned_data["when"])
        before, after = {"when": initial["when"]}, {"when": form.cleaned_data["when"]}
        part = f"项目 {item.title}：怎样算已在享受"
        saved(request, version, form.cleaned_data["revision"], files, part, before, after)
        return redirect("policies:rulebook_programme", pk, code)
    return _rule_page(request, version, item, form, part="held", place=None, title=f"{item.title} · 怎样算已在享受")


def _rule_page(
    request: StaffRequest, version: RulebookVersion, item: programmes.Written, form: Any, **context: Any
) -> HttpResponse:
    names = checking.all_names(version.files, programme=True)
    shown = {"form": form, "item": item, "rule_names": names, "can_remove": False, **context}
    status = 422 if form.errors else 200
    return page(request, "policies/rulebook_programme_rule.html", version, TAB, status=status, **shown)


@require_POST
@changer
def rule_remove(request: StaffRequest, pk: int, code: str, part: str, place: int) -> HttpResponse:
    """删一句规则；认定条件至少留一条。"""
    version = draft_of(request, pk)
    item = item_of(version, code)
    rows = item.rows(part) if part in programmes.PARTS else []
    if place >= len(rows):
        raise Http404("没有这一句")
    if part == "conditions" and len(rows) == 1:
        raise Conflict("认定条件至少留一条：一条也没有，就是人人都符合。", code="last_condition")
    before = {key: str(value) for key, value in rows[place].items()}
    files = programmes.with_rule(version.files, code, part, place, None)
    saved(request, version, version.revision, files, f"项目 {item.title}：{before.get('name', '')}", before, None)
    return redirect("policies:rulebook_programme", pk, code)


@require_POST
@changer
def rule_check(request: StaffRequest, pk: int, code: str, part: str) -> HttpResponse:
    """边写边查：每一句对不对、是什么意思；都对了，照没有保存的写法跑这个项目的用例。"""
    version = version_of(request, pk)
    item = item_of(version, code)
    texts = {key: request.POST.get(key, "").strip() for key in FIELDS}
    found = {
        key: checking.check_rule(version.files, text, expect=FIELDS[key], level=levels_of(item), programme=code)  # type: ignore[arg-type]
        for key, text in texts.items()
        if text
    }
    context: dict[str, Any] = {"results": list(found.values())}
    if found and not any(result.mistakes for result in found.values()):
        context |= _tried(version, code, part, request.POST)
    return render(request, "policies/rulebook_programme_check.html", context)


def _tried(version: RulebookVersion, code: str, part: str, given: Mapping[str, str]) -> dict[str, Any]:
    """照没有保存的写法改一份，跑用例。"""
    place = int(given["place"]) if given.get("place", "").isdigit() else None
    values = {key: given.get(key, "").strip() or "（没有写）" for key in programmes.PARTS.get(part, ("", ()))[1]}
    values |= {key: given.get(key, "").strip() for key in FIELDS if key in values}
    try:
        if part == "held":
            files = programmes.with_held(version.files, code, given.get("when", ""))
        elif part in programmes.PARTS:
            files = programmes.with_rule(version.files, code, part, place, values)
        else:
            return {}
    except (ServiceError, IndexError):
        return {}
    checked = checking.checked(files)
    if checked.book is None:
        return {"problems": checked.problems}
    cases = checking.programme_cases(files, code)
    return {"cases": len(cases), "failed": [case for case in cases if case.failures]}
