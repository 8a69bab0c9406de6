"""办理一次区划变更。"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jiuzhu.web.divisions.forms import ChangeForm
from jiuzhu.web.divisions.services import division_change_apply, division_change_preview
from jiuzhu.web.ground.errors import ServiceError

from .common import actor_of, area_of, changer


@require_http_methods(["GET", "HEAD", "POST"])
@changer
def change_new(request: HttpRequest) -> HttpResponse:
    """更名、合并、拆分、新设、撤销、代码变更：先看涉及哪些，再确认；不成立时留在本页，写的都还在。"""
    form = ChangeForm(request.POST or None, initial={"from_codes": request.GET.get("code", "")[:12]})
    plan = None
    if request.method == "POST" and form.is_valid():
        try:
            plan = division_change_preview(area=area_of(request), **form.cleaned_data)
            if "confirmed" in request.POST:
                change = division_change_apply(actor=actor_of(request), area=area_of(request), **form.cleaned_data)
                messages.success(request, f"已办理：{change}。")
                return redirect("divisions:changes")
        except ServiceError as error:
            form.add_error(None, error.message)
    context = {"form": form, "plan": plan}
    return render(request, "divisions/change_new.html", context, status=422 if form.errors else 200)
