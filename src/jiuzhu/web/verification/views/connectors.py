"""平台接口：名单、设置、试一试。"""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest, who
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.verification import selectors, services
from jiuzhu.web.verification.forms import ConnectorForm
from jiuzhu.web.verification.models import Connector

from .common import Guard

DAYS = 30
keeper: Guard = permission_required("verification.manage_connector", raise_exception=True)


@require_safe
@keeper
def connector_list(request: StaffRequest) -> HttpResponse:
    """本县接的平台，近三十天问了几次、答了几次。"""
    counts = selectors.enquiry_counts(request.scope, timezone.now() - timedelta(days=DAYS))
    rows = [(row, counts.get(row.pk, {})) for row in Connector.objects.within(request.scope)]
    return render(request, "verification/connectors.html", {"rows": rows, "days": DAYS})


@require_http_methods(["GET", "HEAD", "POST"])
@keeper
def connector_new(request: StaffRequest) -> HttpResponse:
    """新接一个。"""
    return _edit(request, Connector(division_code=request.scope.areas[0][:6].ljust(12, "0")))


@require_http_methods(["GET", "HEAD", "POST"])
@keeper
def connector_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """改设置。"""
    return _edit(request, _or_404(request, pk))


@require_POST
@keeper
def connector_try(request: StaffRequest, pk: int) -> HttpResponse:
    """试一试通不通、签名对不对。"""
    told = services.connector_test(connector=_or_404(request, pk), actor=request.actor)
    if told == "ok":
        messages.success(request, "通了，平台的签名也对。")
    else:
        messages.error(request, f"没有通：{told}。")
    return redirect("verification:connectors")


def _or_404(request: StaffRequest, pk: int) -> Connector:
    found = Connector.objects.within(request.scope).filter(pk=pk).first()
    if found is None:
        raise Http404("没有这个平台")
    return found


def _edit(request: StaffRequest, connector: Connector) -> HttpResponse:
    form = ConnectorForm(request.POST if request.method == "POST" else None, instance=connector)
    problem, status = "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                services.connector_save(connector=form.save(commit=False), **who(request))
            except ServiceError as error:
                problem, status = error.message, error.status
            else:
                messages.success(request, "已保存。请点“试一试”，看通不通。")
                return redirect("verification:connectors")
    context = {"form": form, "connector": connector, "problem": problem}
    return render(request, "verification/connector.html", context, status=status)
