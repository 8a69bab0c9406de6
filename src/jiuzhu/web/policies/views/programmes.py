"""手册台的救助项目：各项目、一个项目的八要素与各句规则、改、添、删，边写边查、边跑这个项目的用例。"""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.policies import services
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.programme_forms import (
    ElementsForm,
    NewProgrammeForm,
    elements_initial,
    levels_of,
)
from jiuzhu.web.policies.rulebook import programmes
from jiuzhu.web.policies.rulebook.lazily import checking, differences

from .rulebook_common import changer, departments_of, draft_of, page, version_of, viewer

TAB = "rulebook_programmes"
FIELDS = {"when": "bool", "amount": "number"}


@require_safe
@viewer
def programme_list(request: StaffRequest, pk: int) -> HttpResponse:
    """各项目：一句话、几条条件、用例成不成立、比它从哪一版改起的改了没有。"""
    version = version_of(request, pk)
    base = {item.code: item for item in programmes.programmes(version.based_on.files)} if version.based_on else {}
    failed: dict[str, int] = {}
    for case in checking.checked(version.files).cases:
        failed[case.file] = failed.get(case.file, 0) + bool(case.failures)
    rows = []
    for item in programmes.programmes(version.files):
        old = base.get(item.code)
        mark = "" if not base else "新增" if old is None else "已改" if old.values != item.values else ""
        rows.append({
            "code": item.code, "title": item.title, "kind": item.values.get("kind", ""),
            "summary": item.values.get("summary", ""), "conditions": len(item.rows("conditions")),
            "cases": len(programmes.cases(version.files, item.code)),
            "failed": failed.get(programmes.cases_file(version.files, item.code), 0), "mark": mark,
        })  # fmt: skip
    return page(request, "policies/rulebook_programmes.html", version, TAB, rows=rows)


@require_safe
@viewer
def programme_view(request: StaffRequest, pk: int, code: str) -> HttpResponse:
    """一个项目：八要素、各句规则写成的话、用例跑得怎样。"""
    version = version_of(request, pk)
    item = item_of(version, code)
    told = checking.words_of(version.files, programme=code)
    level = levels_of(item)
    parts = [
        {
            "key": key, "title": title,
            "rows": [{**row, "place": place, "words": _words(row, level, told)} for place, row in enumerate(item.rows(key))],
        }
        for key, (title, _) in programmes.PARTS.items()
    ]  # fmt: skip
    base = version.based_on
    context: dict[str, Any] = {
        "item": item, "values": item.values, "parts": parts, "cases": _cases(version, code),
        "held": told(str(item.values["held"]), level, "bool") if item.values.get("held") else "",
        "excludes": [other.title for other in programmes.programmes(version.files)
                     if other.code in (item.values.get("excludes") or [])],
        "changes": list(differences.programme_differences(base.files, version.files, code)) if base else [],
        "is_new": bool(base) and programmes.programme(base.files, code) is None if base else False,
    }  # fmt: skip
    return page(request, "policies/rulebook_programme.html", version, TAB, **context)


def _words(row: Mapping[str, Any], level: str, told: Any) -> list[str]:
    return [told(str(row[key]), level, expect) for key, expect in FIELDS.items() if row.get(key)]


def _cases(version: RulebookVersion, code: str) -> list[dict[str, Any]]:
    """这个项目的用例与结果，不成立的在前。"""
    results = checking.programme_cases(version.files, code)
    rows = [
        {
            "place": row.place, "name": str(row.values["name"]), "told": differences.case_words({**row.values, "expect": {}}),
            "expected": differences.expected_words(row.values["expect"]),
            "failures": results[row.place].failures if row.place < len(results) else None,
        }
        for row in programmes.cases(version.files, code)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: not row["failures"])


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def elements_edit(request: StaffRequest, pk: int, code: str) -> HttpResponse:
    """改八要素与各项说明。"""
    version = draft_of(request, pk)
    item = item_of(version, code)
    initial = {**elements_initial(item), "revision": version.revision}
    form = ElementsForm(
        request.POST or None,
        initial=initial,
        texts=version.files,
        own_code=code,
        departments=departments_for(version, item),
    )
    if request.method == "POST" and form.is_valid():
        files = programmes.with_elements(version.files, code, form.values())
        saved(request, version, form.cleaned_data["revision"], files, f"项目 {item.title}")
        return redirect("policies:rulebook_programme", pk, code)
    context = {"form": form, "item": item, "title": f"{item.title}：八要素"}
    return page(request, "policies/rulebook_elements.html", version, TAB, status=422 if form.errors else 200, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def programme_new(request: StaffRequest, pk: int) -> HttpResponse:
    """添一个项目。"""
    version = draft_of(request, pk)
    initial = {"revision": version.revision, "unit": "户", "found_by": "询问", "phone": "12345"}
    form = NewProgrammeForm(
        request.POST or None,
        initial=initial,
        texts=version.files,
        own_code="",
        departments=departments_for(version, None),
    )
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        files = programmes.with_new(version.files, code, form.values())
        saved(request, version, form.cleaned_data["revision"], files, f"项目 {form.cleaned_data['title']}")
        return redirect("policies:rulebook_programme", pk, code)
    context = {"form": form, "item": None, "title": "添一个救助项目"}
    return page(request, "policies/rulebook_elements.html", version, TAB, status=422 if form.errors else 200, **context)


@require_POST
@changer
def programme_remove(request: StaffRequest, pk: int, code: str) -> HttpResponse:
    """删去草稿里新添的项目；施行着的不能删，以前的结论要照它重算。"""
    version = draft_of(request, pk)
    item = item_of(version, code)
    if version.based_on is None or programmes.programme(version.based_on.files, code) is not None:
        raise Conflict(
            f"“{item.title}”是施行着的，不能整个删去。停办的，把一条认定条件改成不成立，并在一句话里写明。",
            code="programme_kept",
        )
    saved(request, version, version.revision, programmes.without_programme(version.files, code), f"项目 {item.title}")
    return redirect("policies:rulebook_programmes", pk)


def item_of(version: RulebookVersion, code: str) -> programmes.Written:
    """这一版里的一个项目；没有则 404。"""
    found = programmes.programme(version.files, code)
    if found is None:
        raise Http404("没有这个项目")
    return found


def departments_for(version: RulebookVersion, item: programmes.Written | None) -> list[tuple[str, str]]:
    """部门选项；项目里已有而别处没有的也列上。"""
    found = departments_of(version)
    known = {name for name, _ in found}
    own = [str(name) for name in item.values.get("departments") or []] if item else []
    return [*((name, name) for name in own if name not in known), *found]


def saved(
    request: StaffRequest, version: RulebookVersion, revision: int | None, files: Mapping[str, str], part: str,
    before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """存进草稿，照改后的样子说一句用例成不成立。"""
    code_lines = list(differences.programme_differences(version.files, files))
    if before is None and after is None and code_lines:
        lines = code_lines[0].lines
        before, after = ({line.label: getattr(line, side) for line in lines} for side in ("before", "after"))
    services.rulebook_change(
        version_id=version.pk, revision=revision, files=files, part=part, before=before, after=after,
        actor=request.actor, scope=request.scope,
    )  # fmt: skip
    failed = checking.checked(files).failed
    messages.success(
        request, f"{part} 已存进草稿，还没有生效。" + (f"有 {failed} 个用例现在不成立，请看。" if failed else "")
    )
