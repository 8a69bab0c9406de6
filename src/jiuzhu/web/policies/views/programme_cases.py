"""救助项目的用例：改、添、删。"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.policies import services
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.programme_forms import ProgrammeCaseForm, base_of, expect_initial
from jiuzhu.web.policies.rulebook import programmes
from jiuzhu.web.policies.rulebook.lazily import checking, differences
from jiuzhu.web.policies.rulebook_case_form import case_initial, value_words

from .rulebook_common import changer, draft_of, page


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def case_edit(request: StaffRequest, pk: int, code: str, place: int) -> HttpResponse:
    """改一个用例。"""
    version = draft_of(request, pk)
    rows = _rows(version, code)
    if place >= len(rows):
        raise Http404("没有这个用例")
    values = rows[place].values
    return _form(
        request, version, code, place, {**case_initial({**values, "expect": {}}), **expect_initial(values["expect"])}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def case_new(request: StaffRequest, pk: int, code: str) -> HttpResponse:
    """添一个用例。"""
    version = draft_of(request, pk)
    _rows(version, code)
    return _form(request, version, code, None, {"outcome": "符合"})


def _rows(version: RulebookVersion, code: str) -> list[Any]:
    if programmes.programme(version.files, code) is None:
        raise Http404("没有这个项目")
    return programmes.cases(version.files, code)


def _form(
    request: StaffRequest, version: RulebookVersion, code: str, place: int | None, initial: dict[str, Any]
) -> HttpResponse:
    form = ProgrammeCaseForm(
        request.POST or None, initial={**initial, "revision": version.revision}, texts=version.files
    )
    if request.method == "POST" and form.is_valid():
        values = form.values()
        files = programmes.with_case(version.files, code, place, values)
        before = None if place is None else _told(programmes.cases(version.files, code)[place].values)
        services.rulebook_change(
            version_id=version.pk, revision=form.cleaned_data["revision"], files=files, part=f"用例 {values['name']}",
            before=before, after=_told(values), actor=request.actor, scope=request.scope,
        )  # fmt: skip
        messages.success(request, "用例已存进草稿。")
        return redirect("policies:rulebook_programme", version.pk, code)
    base, item = base_of(version.files), programmes.programme(version.files, code)
    assert item is not None
    context = {
        "form": form, "place": place, "item": item, "base": _base(base.get("household")), "member": _base(base.get("member")),
        "day": base.get("day"),
        "rule_names": [row for row in checking.all_names(version.files, programme=True) if row["level"] in {"家庭", "个人"}],
    }  # fmt: skip
    status = 422 if form.errors else 200
    return page(
        request, "policies/rulebook_programme_case.html", version, "rulebook_programmes", status=status, **context
    )


@require_POST
@changer
def case_remove(request: StaffRequest, pk: int, code: str, place: int) -> HttpResponse:
    """删一个用例。"""
    version = draft_of(request, pk)
    rows = _rows(version, code)
    if place >= len(rows):
        raise Http404("没有这个用例")
    services.rulebook_change(
        version_id=pk, revision=version.revision, files=programmes.without_case(version.files, code, place),
        part=f"用例 {rows[place].values['name']}", before=_told(rows[place].values), after=None,
        actor=request.actor, scope=request.scope,
    )  # fmt: skip
    messages.success(request, "用例已从草稿删去，对照里会列出。")
    return redirect("policies:rulebook_programme", pk, code)


def _told(values: Any) -> dict[str, str]:
    words = differences.case_words({**values, "expect": {}})
    return {**words, "应有的结论": differences.expected_words(values["expect"])}


def _base(values: Any) -> list[tuple[str, str]]:
    return [(str(name), value_words(value)) for name, value in (values or {}).items()]
