"""把一户的事转给部门。"""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.errors import NotAllowed, ServiceError
from jiuzhu.web.process.selectors import as_choices, departments
from jiuzhu.web.registry import services
from jiuzhu.web.registry.forms import ReferralForm
from jiuzhu.web.registry.presentation import household_row

from .common import done, household_or_404, referrer


@require_http_methods(["GET", "POST"])
@referrer
def referral_new(request: StaffRequest, household_id: str) -> HttpResponse:
    """写明要办什么、选部门，一步转出。"""
    household = household_or_404(request, household_id)
    if not services.refers(request.scope):
        raise NotAllowed("转介由镇窗口发起；有这个岗位的，请在页首切换。", code="not_window")
    form = ReferralForm(request.POST or None, departments=as_choices(departments(household.division_code)))
    problem, status = "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                case = services.referral_open(
                    household=household, actor=request.actor, scope=request.scope, **form.cleaned_data
                )
            except ServiceError as error:
                problem, status = error.message, error.status
            else:
                return done(request, "已转给部门，办到哪里看这一页。", "process:instance", case.pk)
    context = {"household": household, "row": household_row(household), "form": form, "problem": problem}
    return render(request, "registry/referral_new.html", context, status=status)
