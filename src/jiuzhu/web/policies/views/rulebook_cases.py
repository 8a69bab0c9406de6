"""测试用例：跑一遍、看结果、改、添、删。"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.policies import services
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.rulebook import content
from jiuzhu.web.policies.rulebook.lazily import checking, differences
from jiuzhu.web.policies.rulebook_case_form import CaseForm, case_initial, value_words

from .rulebook_common import changer, draft_of, page, version_of, viewer


@require_safe
@viewer
def case_list(request: StaffRequest, pk: int) -> HttpResponse:
    """每个用例的结果，不成立的在前。"""
    version = version_of(request, pk)
    found = checking.checked(version.files)
    results = [result for result in found.cases if result.file == content.CASES]
    rows = [
        {
            "place": row.place,
            "name": row.values["name"],
            "told": differences.case_words(row.values),
            "failures": results[row.place].failures if row.place < len(results) else None,
        }
        for row in content.cases(version.files)
    ]
    rows.sort(key=lambda row: not row["failures"])
    base = content.case_base(version.files)
    context = {
        "rows": rows,
        "base": _base_words(base["household"]),
        "member": _base_words(base["member"]),
        "day": base["day"],
    }
    return page(request, "policies/rulebook_cases.html", version, "rulebook_cases", **context)


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def case_edit(request: StaffRequest, pk: int, place: int) -> HttpResponse:
    """改一个用例。"""
    version = draft_of(request, pk)
    rows = content.cases(version.files)
    if place >= len(rows):
        raise Http404("没有这个用例")
    return _form(request, version, place, case_initial(rows[place].values))


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def case_new(request: StaffRequest, pk: int) -> HttpResponse:
    """添一个用例。"""
    return _form(request, draft_of(request, pk), None, {})


def _form(request: StaffRequest, version: RulebookVersion, place: int | None, initial: dict[str, Any]) -> HttpResponse:
    form = CaseForm(request.POST or None, initial={**initial, "revision": version.revision}, texts=version.files)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        files = content.with_case(version.files, place, values)
        before = differences.case_words(content.cases(version.files)[place].values) if place is not None else None
        services.rulebook_change(
            version_id=version.pk, revision=form.cleaned_data["revision"], files=files, part=f"用例 {values['name']}",
            before=before, after=differences.case_words(values), actor=request.actor, scope=request.scope,
        )  # fmt: skip
        messages.success(request, "用例已存进草稿。")
        return redirect("policies:rulebook_cases", version.pk)
    base = content.case_base(version.files)
    context = {
        "form": form,
        "place": place,
        "base": _base_words(base["household"]),
        "member": _base_words(base["member"]),
        "rule_names": [row for row in checking.all_names(version.files) if row["level"] in {"家庭", "个人"}],
    }
    status = 422 if form.errors else 200
    return page(request, "policies/rulebook_case.html", version, "rulebook_cases", status=status, **context)


@require_POST
@changer
def case_remove(request: StaffRequest, pk: int, place: int) -> HttpResponse:
    """删一个用例。"""
    version = draft_of(request, pk)
    rows = content.cases(version.files)
    if place >= len(rows):
        raise Http404("没有这个用例")
    services.rulebook_change(
        version_id=pk, revision=int(request.POST.get("revision") or version.revision),
        files=content.without_case(version.files, place), part=f"用例 {rows[place].values['name']}",
        before=differences.case_words(rows[place].values), after=None, actor=request.actor, scope=request.scope,
    )  # fmt: skip
    messages.success(request, "用例已从草稿删去，对照里会列出。")
    return redirect("policies:rulebook_cases", pk)


def _base_words(values: Any) -> list[tuple[str, str]]:
    return [(str(name), value_words(value)) for name, value in values.items()]
