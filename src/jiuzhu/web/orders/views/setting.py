"""派单设置：回访比例、数据来的单由谁派。"""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from jiuzhu.web.access.request import StaffRequest, who
from jiuzhu.web.divisions.selectors import name_of
from jiuzhu.web.orders import services
from jiuzhu.web.orders.forms import SettingForm
from jiuzhu.web.orders.models import Setting

from .common import done, keeper


@require_http_methods(["GET", "HEAD", "POST"])
@keeper
def setting(request: StaffRequest) -> HttpResponse:
    """看与改。"""
    county = request.scope.areas[0][:6]
    now = Setting.of(county)
    initial = {"asked_percent": now.asked_percent, "data_sender": now.data_sender}
    form = SettingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.setting_set(county_code=county, **form.cleaned_data, **who(request))
        return done(request, "已改，以后开的单照此办。", "orders:setting")
    context = {"form": form, "county": name_of(county)}
    return render(request, "orders/setting.html", context, status=400 if form.errors else 200)
