"""登记走访。"""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.registry import services
from jiuzhu.web.registry.forms import visit_form
from jiuzhu.web.registry.presentation import household_row
from jiuzhu.web.registry.requests import household_or_404

from .common import done, visitor


@require_http_methods(["GET", "POST"])
@visitor
def visit_new(request: StaffRequest, household_id: str) -> HttpResponse:
    """填一次走访；照片等登记后在“走访”里传。"""
    household = household_or_404(request, household_id)
    form, problem, status = visit_form(request.POST or None), "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                services.visit_add(household=household, actor=request.actor, **form.values())
            except ServiceError as error:
                problem, status = error.message, error.status
            else:
                to = reverse("registry:household", args=[household_id])
                return done(request, "已登记走访。有照片请在下面接着传。", f"{to}?tab=visits")
    context = {"household": household, "row": household_row(household), "form": form, "problem": problem}
    return render(request, "registry/visit_new.html", context, status=status)
