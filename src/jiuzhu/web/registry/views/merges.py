"""合并与拆分：提出、对看、确认、撤销。"""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.divisions.selectors import short_path_of
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.masking import mask_name
from jiuzhu.web.ground.paging import paged
from jiuzhu.web.registry import selectors, services
from jiuzhu.web.registry.forms import MergeForm, SplitForm
from jiuzhu.web.registry.models import Person, PersonMerge
from jiuzhu.web.registry.services.people import masked_value

from .common import View, done, merger, person_or_404

STATES = {"proposed": "待确认", "confirmed": "已生效", "undone": "已撤销", "dropped": "已放弃"}


@require_safe
@merger
def merge_list(request: StaffRequest) -> HttpResponse:
    """待确认的在前一栏，全部的在后一栏。"""
    waiting = request.GET.get("tab") != "all"
    page = paged(selectors.merges(request.scope, waiting=waiting), request.GET.get("page"))
    page.object_list = [_row(merge) for merge in page.object_list]
    return render(request, "registry/merges.html", {"page": page, "waiting": waiting})


@require_safe
@merger
def merge_page(request: StaffRequest, pk: int) -> HttpResponse:
    """两人对看。"""
    return _render(request, _merge_or_404(request, pk))


@require_http_methods(["GET", "POST"])
@merger
def merge_new(request: StaffRequest, person_id: str) -> HttpResponse:
    """选出可能是同一人的，写明理由，提出合并。"""
    person = person_or_404(request, person_id)
    found = selectors.candidates(request.scope, person)
    typed = request.POST.get("typed", "").strip().upper()
    other = typed or request.POST.get("other") or request.GET.get("other", "")
    chosen = selectors.person(request.scope, other) if other else None
    form, problem, status = MergeForm(request.POST or None), "", 200
    if request.method == "POST":
        status = 400
        if chosen is None:
            problem = (
                f"没有找到人编号“{typed}”，或不归当前岗位管。请核对后重填。"
                if typed
                else "请在右边选另一人，或写他的人编号。"
            )
        elif form.is_valid():
            try:
                merge = services.merge_propose(
                    kept=person, absorbed=chosen, reason=form.cleaned_data["reason"], actor=request.actor
                )
            except ServiceError as error:
                problem, status = error.message, error.status
            else:
                return done(request, "已提出，等另一人确认。", "registry:merge", merge.pk)
    if chosen is not None and chosen not in found and chosen != person:
        found = [chosen, *found]
    context = {
        "person": person,
        "own": side(request, person),
        "candidates": [side(request, each) for each in found],
        "chosen": chosen,
        "typed": "" if chosen else typed,
        "form": form,
        "problem": problem,
    }
    return render(request, "registry/merge_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@merger
def split_new(request: StaffRequest, person_id: str) -> HttpResponse:
    """哪些类别认错了人，其实是谁，提出拆分。"""
    person = person_or_404(request, person_id)
    spans = selectors.class_spans(request.scope, person.household).filter(person=person)
    codes = [(code, selectors.class_title(code)) for code in dict.fromkeys(spans.values_list("code", flat=True))]
    form, problem, status = SplitForm(request.POST or None, codes=codes), "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                split = services.person_split(person=person, actor=request.actor, **form.cleaned_data)
            except ServiceError as error:
                problem, status = error.message, error.status
            else:
                return done(request, "已提出，等另一人确认。", "registry:merge", split.pk)
    context = {"person": person, "own": side(request, person), "form": form, "codes": codes, "problem": problem}
    return render(request, "registry/split_new.html", context, status=status)


def _action(act: Callable[[StaffRequest, PersonMerge], str]) -> View:
    @require_POST
    @merger
    def view(request: StaffRequest, pk: int) -> HttpResponse:
        merge = _merge_or_404(request, pk)
        try:
            text = act(request, merge)
        except ServiceError as error:
            return _render(request, _merge_or_404(request, pk), problem=error.message, status=error.status)
        return done(request, text, "registry:merge", pk)

    return view


def _confirm(request: StaffRequest, merge: PersonMerge) -> str:
    services.merge_confirm(merge=merge, actor=request.actor)
    return "已确认，当即生效。办错了可以撤销。"


def _drop(request: StaffRequest, merge: PersonMerge) -> str:
    services.merge_drop(merge=merge, actor=request.actor, reason=request.POST.get("reason", ""))
    return "已放弃，什么也没有改动。"


def _undo(request: StaffRequest, merge: PersonMerge) -> str:
    services.merge_undo(merge=merge, actor=request.actor, reason=request.POST.get("reason", ""))
    return "已撤销，移过去的都照原样放回。"


merge_confirm = _action(_confirm)
merge_drop = _action(_drop)
merge_undo = _action(_undo)


def side(request: StaffRequest, person: Person) -> dict[str, Any]:
    """对看时的一边，姓名、号码遮挡。"""
    fields = {"证件号": "id_number", "电话": "phone", "银行账号": "account"}
    return {
        "person": person,
        "name": mask_name(person.name),
        "pairs": [
            ("性别、年龄", f"{person.sex or '不详'} {'' if person.age() is None else f'{person.age()}岁'}"),
            ("所在户", f"{short_path_of(person.division_code)} {person.household.household_id[-6:]}"),
            *((title, masked_value(person, field) or "没有") for title, field in fields.items()),
            *((title, f"{count} 条") for title, count in selectors.moved_rows(request.scope, person).items()),
        ],
    }


def differences(one: Person, other: Person) -> list[str]:
    """两人都有而不相同的：合并之前提醒核对。"""
    compared = {"姓名": "name", "证件号": "id_number_index", "性别": "sex", "出生日期": "birth_date"}
    pairs = {title: (getattr(one, field), getattr(other, field)) for title, field in compared.items()}
    return [title for title, (left, right) in pairs.items() if left and right and left != right]


def _row(merge: PersonMerge) -> dict[str, Any]:
    other = merge.absorbed.name if merge.absorbed else merge.new_name
    return {
        "merge": merge,
        "kept": mask_name(merge.kept.name),
        "other": mask_name(other),
        "state": STATES[merge.state],
        "place": short_path_of(merge.division_code),
        "codes": [selectors.class_title(code) for code in merge.codes],
    }


def _render(request: StaffRequest, merge: PersonMerge, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        **_row(merge),
        "sides": [side(request, each) for each in (merge.kept, merge.absorbed) if each],
        "mine": merge.proposed_by_id == request.actor.user_id,
        "differences": differences(merge.kept, merge.absorbed) if merge.absorbed else [],
        "problem": problem,
    }
    return render(request, "registry/merge.html", context, status=status)


def _merge_or_404(request: StaffRequest, pk: int) -> PersonMerge:
    merge = selectors.merge(request.scope, pk)
    if merge is None:
        raise Http404("没有这一件")
    return merge
