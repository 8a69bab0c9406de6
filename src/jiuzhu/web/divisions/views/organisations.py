"""机构：筛选、新增、修改、停用。"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from jiuzhu.web.divisions import listing, selectors
from jiuzhu.web.divisions.forms import CloseForm, OrganisationFilter, OrganisationForm
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.divisions.services import organisation_close, organisation_create, organisation_update
from jiuzhu.web.divisions.walls import require
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.paging import paged

from .common import actor_of, area_of, can_change, changer, reader


@require_safe
@reader
def organisation_list(request: HttpRequest) -> HttpResponse:
    """机构名单：条件都在网址里。"""
    form = OrganisationFilter(request.GET, area=area_of(request))
    chosen = form.chosen()
    page = paged(listing.organisation_list(**chosen), request.GET.get("page"))
    for row in page:
        row.place = selectors.path_of(row.division_code)
        row.can_change = can_change(request, row.division_code)
    context = {"form": form, "problems": form.problems(), "page": page, "is_filtered": form.is_filtered}
    partial = request.headers.get("HX-Target") == "list"
    return render(request, "divisions/organisations.html#list" if partial else "divisions/organisations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def organisation_new(request: HttpRequest) -> HttpResponse:
    """新增机构。"""
    area = area_of(request)
    form = OrganisationForm(
        request.POST or None, area=area, initial={"division_code": request.GET.get("code", "")[:12]}
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = organisation_create(actor=actor_of(request), area=area, **form.cleaned_data)
        except ServiceError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已新增“{row.name}”。")
            return redirect("divisions:organisations")
    return render(request, "divisions/organisation.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def organisation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """修改机构。"""
    area, row = area_of(request), get_object_or_404(Organisation, pk=pk)
    require(area, [row.division_code])
    form = OrganisationForm(request.POST or None, area=area, organisation=row)
    if request.method == "POST" and form.is_valid():
        try:
            organisation_update(actor=actor_of(request), area=area, organisation=row, **form.cleaned_data)
        except ServiceError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已保存“{form.cleaned_data['name']}”。")
            return redirect("divisions:organisations")
    context = {"form": form, "row": row, "close": CloseForm()}
    return render(request, "divisions/organisation.html", context, status=422 if form.errors else 200)


@require_http_methods(["POST"])
@changer
def organisation_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """停用机构，要写原因。"""
    area, row = area_of(request), get_object_or_404(Organisation, pk=pk)
    require(area, [row.division_code])
    form = CloseForm(request.POST)
    if form.is_valid():
        organisation_close(actor=actor_of(request), area=area, organisation=row, **form.cleaned_data)
        messages.success(request, f"已停用“{row.name}”，它的记录都保留着。")
        return redirect("divisions:organisations")
    context = {"form": OrganisationForm(area=area, organisation=row), "row": row, "close": form}
    return render(request, "divisions/organisation.html", context, status=422)
