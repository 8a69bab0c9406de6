"""规则手册：各版本、一个版本的概况、建草稿、提交、退回、发布、作废、对照、查一句规则。"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.errors import NotAllowed, ServiceError
from jiuzhu.web.ground.paging import paged
from jiuzhu.web.policies import selectors, services
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.models.rulebook import State
from jiuzhu.web.policies.rulebook import content, programmes
from jiuzhu.web.policies.rulebook.folders import shipped_files
from jiuzhu.web.policies.rulebook.lazily import checking, differences
from jiuzhu.web.policies.rulebook_forms import HouseForm, NameForm, PublishForm, ReasonForm, SubmitForm

from .rulebook_common import changer, draft_of, page, publisher, version_of, viewer


@require_safe
@viewer
def version_list(request: StaffRequest) -> HttpResponse:
    """各版本，新的在前；最上面是今天施行的。"""
    county = county_of(request)
    now = selectors.in_force_version(county) if county else None
    context = {
        "page": paged(selectors.rulebook_versions(request.scope), request.GET.get("page")),
        "now": now,
        "shipped": None if now else content.head(shipped_files()),
        "can_draft": bool(county) and request.scope.covers(county),
    }
    return render(request, "policies/rulebooks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def version_new(request: StaffRequest) -> HttpResponse:
    """建一个草稿。"""
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        version = services.rulebook_draft(
            **form.cleaned_data, division_code=county_of(request), actor=request.actor, scope=request.scope
        )
        messages.success(request, f"已建{version}，从{version.based_on}改起。改好之后跑用例、试算，再提交。")
        return redirect("policies:rulebook", version.pk)
    context = {"form": form, "latest": selectors.latest_published(county_of(request))}
    return render(request, "policies/rulebook_new.html", context, status=422 if form.errors else 200)


@require_safe
@viewer
def version_page(request: StaffRequest, pk: int) -> HttpResponse:
    """一个版本的概况：走到哪一步、有没有错、改了几处、下一步做什么。"""
    return overview(request, version_of(request, pk))


def overview(request: StaffRequest, version: RulebookVersion, *, wrong: HouseForm | None = None) -> HttpResponse:
    """概况页；``wrong`` 是刚才没有通过的表单。"""
    found = changes(version)
    base_now = version.based_on
    own = {request.actor.user_id} & {*version.editors, version.submitted_by_id, version.created_by_id}
    tally: dict[str, int] = {}
    for item in found:
        tally[item.part] = tally.get(item.part, 0) + 1
    context = {
        "counts": sizes(version),
        "changes": tally,
        "total": len(found),
        "base": base_now,
        "same_person": bool(own),
        "wrong": wrong,
        "submit_form": SubmitForm(initial={"note": version.note}),
        "return_form": ReasonForm(prefix="return"),
        "publish_form": PublishForm(initial={"in_force": timezone.localdate()}),
        "name_form": NameForm(initial={"name": version.name, "note": version.note}),
        "drop_form": ReasonForm(prefix="drop"),
        "states": State,
    }
    return page(request, "policies/rulebook.html", version, "rulebook", status=422 if wrong else 200, **context)


@require_POST
@changer
def version_rename(request: StaffRequest, pk: int) -> HttpResponse:
    """改名称与说明。"""
    version = draft_of(request, pk)
    form = NameForm(request.POST)
    if not form.is_valid():
        return overview(request, version, wrong=form)
    services.rulebook_rename(version_id=pk, **form.cleaned_data, actor=request.actor, scope=request.scope)
    return redirect("policies:rulebook", pk)


@require_POST
@changer
def version_submit(request: StaffRequest, pk: int) -> HttpResponse:
    """提交，等另一个人发布。"""
    version = version_of(request, pk)
    form = SubmitForm(request.POST)
    if not form.is_valid():
        return overview(request, version, wrong=form)
    services.rulebook_submit(version_id=pk, **form.cleaned_data, actor=request.actor, scope=request.scope)
    messages.success(request, "已提交，已通知能发布的人。发布或退回之前不能再改。")
    return redirect("policies:rulebook", pk)


@require_POST
@publisher
def version_return(request: StaffRequest, pk: int) -> HttpResponse:
    """退回修改。"""
    version = version_of(request, pk)
    form = ReasonForm(request.POST, prefix="return")
    if not form.is_valid():
        return overview(request, version, wrong=form)
    services.rulebook_return(version_id=pk, **form.cleaned_data, actor=request.actor, scope=request.scope)
    messages.success(request, "已退回，原因已告知改的人。")
    return redirect("policies:rulebook", pk)


@require_POST
@publisher
def version_publish(request: StaffRequest, pk: int) -> HttpResponse:
    """发布。"""
    version = version_of(request, pk)
    form = PublishForm(request.POST)
    if form.is_valid():
        try:
            services.rulebook_publish(version_id=pk, **form.cleaned_data, actor=request.actor, scope=request.scope)
        except ServiceError as problem:
            if problem.code != "in_force_past":
                raise
            form.add_error("in_force", problem.message)
        else:
            messages.success(request, "已发布。施行日起的监测都用这一版，已通知有关岗位。")
            return redirect("policies:rulebook", pk)
    return overview(request, version, wrong=form)


@require_POST
@changer
def version_drop(request: StaffRequest, pk: int) -> HttpResponse:
    """草稿作废。"""
    version = draft_of(request, pk)
    form = ReasonForm(request.POST, prefix="drop")
    if not form.is_valid():
        return overview(request, version, wrong=form)
    services.rulebook_drop(version_id=pk, **form.cleaned_data, actor=request.actor, scope=request.scope)
    messages.success(request, f"{version}已作废，内容仍可查看。")
    return redirect("policies:rulebooks")


@require_safe
@viewer
def diff(request: StaffRequest, pk: int) -> HttpResponse:
    """与它从哪一版改起的逐条对照。"""
    version = version_of(request, pk)
    parts: dict[str, list[differences.Difference]] = {}
    for item in changes(version):
        parts.setdefault(item.part, []).append(item)
    return page(request, "policies/rulebook_diff.html", version, "rulebook_diff", parts=parts, base=version.based_on)


@require_POST
@changer
def check(request: StaffRequest, pk: int) -> HttpResponse:
    """边写边查一句规则。"""
    version = version_of(request, pk)
    text = request.POST.get("when") or request.POST.get("formula") or ""
    expect = "number" if "formula" in request.POST else "bool"
    level = "人" if request.POST.get("level") == "人" else "户"
    found = checking.check_rule(version.files, text, expect=expect, level=level) if text.strip() else None  # type: ignore[arg-type]
    return render(request, "policies/rulebook_check.html", {"result": found, "expect": expect})


def changes(version: RulebookVersion) -> list["differences.Difference"]:
    """相对于从它改起的那一版。"""
    return differences.differences(version.based_on.files, version.files) if version.based_on else []


def sizes(version: RulebookVersion) -> dict[str, int]:
    """各部分有几项。"""
    files = version.files
    return {
        "indicators": len(content.indicators(files)),
        "programmes": len(programmes.programmes(files)),
        "parameters": len(content.parameters(files)),
        "indices": len(content.indices(files)),
        "limits": len(content.limits(files)),
        "cases": len(content.cases(files))
        + sum(len(programmes.cases(files, item.code)) for item in programmes.programmes(files)),
    }


def county_of(request: StaffRequest) -> str:
    """岗位所在的县，十二位代码；省市的岗位没有。"""
    post = request.post
    if post is None:
        raise NotAllowed("您现在没有岗位。")
    area = post.division_code[:6]
    return "" if area.endswith("00") else area.ljust(12, "0")
