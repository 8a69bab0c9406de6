"""区划：从县到村一级级看，按名称或代码找。"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from jiuzhu.web.divisions import listing, selectors
from jiuzhu.web.divisions.codes import Level, ancestors_of
from jiuzhu.web.divisions.forms import CorrectForm, DivisionSearch
from jiuzhu.web.divisions.models import Division, DivisionChange
from jiuzhu.web.divisions.services import division_rename
from jiuzhu.web.divisions.walls import require
from jiuzhu.web.ground.paging import paged

from .common import actor_of, area_of, can_change, changer, reader


@require_safe
@reader
def tree(request: HttpRequest) -> HttpResponse:
    """先看自己的片区；``all`` 看最上级。有 ``q`` 时是查找结果。"""
    form = DivisionSearch(request.GET)
    text = form.text()
    if text:
        rows = listing.division_search(text)
        context = {"form": form, "text": text, "page": paged(rows, request.GET.get("page"))}
        return render(request, "divisions/search.html", context)
    if "all" not in request.GET and (start := listing.starting_place(area_of(request))):
        return redirect("divisions:division", start)
    context = {"form": form, "rows": listing.counted(selectors.children("")), "counts": listing.level_counts()}
    return render(request, "divisions/tree.html", context)


@require_safe
@reader
def division(request: HttpRequest, code: str) -> HttpResponse:
    """一处：它的下级与个数、设在这里的机构、历来的名称与变更。"""
    periods = list(selectors.history(code))
    if not periods:
        raise Http404("没有这个代码")
    row = selectors.division_of(code) or periods[0]
    context = {
        "form": DivisionSearch(),
        "row": row,
        "can_change": can_change(request, row.code),
        "is_current": row.in_force(),
        "above": [(each, selectors.name_of(each)) for each in ancestors_of(code)[:-1] if selectors.name_of(each)],
        "rows": listing.counted(selectors.children(code)),
        "counts": listing.level_counts(row.area),
        "offices": listing.organisations_at(code),
        "periods": periods,
        "changes": [with_names(change) for change in selectors.changes(code)[:20]],
        "successors": [(each, selectors.path_of(each)) for each in selectors.successors(code) if each != code],
        "is_village": row.level == Level.VILLAGE.value,
    }
    return render(request, "divisions/division.html", context)


@require_safe
@reader
def changes(request: HttpRequest) -> HttpResponse:
    """全部区划变更，新的在前。"""
    page = paged(selectors.changes(), request.GET.get("page"))
    context = {"page": page, "rows": [with_names(change) for change in page]}
    return render(request, "divisions/changes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """更正写错的名称。"""
    row = get_object_or_404(Division, pk=pk)
    require(area_of(request), [row.code])
    form = CorrectForm(request.POST or None, initial={"name": row.name})
    if request.method == "POST" and form.is_valid():
        division_rename(actor=actor_of(request), area=area_of(request), division=row, **form.cleaned_data)
        return redirect("divisions:division", row.code)
    context = {"form": form, "row": row, "path": selectors.path_of(row.code)}
    return render(request, "divisions/correct.html", context, status=422 if form.errors else 200)


def with_names(change: DivisionChange) -> dict[str, object]:
    """一次变更，代码换成当时的地名。"""
    day = change.date
    return {
        "change": change,
        "before": [(code, selectors.name_before(code, day)) for code in change.from_codes],
        "after": [(code, selectors.name_of(code, day)) for code in change.to_codes],
    }
