"""代办登记，与本地工作日历。"""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.process import selectors, services
from jiuzhu.web.process.forms import AbsenceForm, CalendarDayForm
from jiuzhu.web.process.models import Absence, CalendarDay

from .common import calendar_keeper, done, worker


def _actor(request: HttpRequest) -> Actor:
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def _county(request: HttpRequest) -> str:
    """当前岗位所在的县；省市级的管各县通用的，为空。"""
    post = cast("Post", request.post)  # type: ignore[attr-defined]
    code = post.division_code[:6]
    return "" if code.endswith("00") else code


@require_http_methods(["GET", "HEAD", "POST"])
@worker
def absences(request: HttpRequest) -> HttpResponse:
    """我的代办：登记自己不在岗，看替谁代办。"""
    user = cast("User", request.user)
    post = cast("Post", request.post)  # type: ignore[attr-defined]
    form = AbsenceForm(
        request.POST if request.method == "POST" else None,
        colleagues=selectors.colleagues_in(post.organisation_id, user),
    )
    problem, status = "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            cleaned = form.cleaned_data
            try:
                made = services.absence_set(
                    user_id=user.pk,
                    deputy_id=cleaned["deputy"],
                    from_date=cleaned["from_date"],
                    to_date=cleaned["to_date"],
                    note=cleaned["note"],
                    actor=_actor(request),
                )
                return done(request, f"已登记，期间由{made.deputy}代办。", "process:absences")
            except ServiceError as error:
                problem, status = error.message, error.status
    rows = selectors.absences(user)
    return render(request, "process/absences.html", {"form": form, "rows": rows, "problem": problem}, status=status)


@require_POST
@worker
def absence_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """取消代办。"""
    try:
        services.absence_cancel(absence_id=pk, actor=_actor(request))
    except Absence.DoesNotExist as error:
        raise ServiceError("这条代办已经取消。", code="absence_gone", status=409) from error
    return done(request, "已取消代办。", "process:absences")


@require_http_methods(["GET", "HEAD", "POST"])
@calendar_keeper
def calendar(request: HttpRequest) -> HttpResponse:
    """另定的工作日与假日。"""
    form = CalendarDayForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        day = services.calendar_day_set(actor=_actor(request), county_code=_county(request), **form.cleaned_data)
        return done(request, f"已另定{day}。在办的期限还没有变，请重算期限。", "process:calendar")
    context = {
        "form": form,
        "days": selectors.calendar_days(_county(request)),
        "county": _county(request),
        "warnings": selectors.calendar_warnings(),
    }
    return render(request, "process/calendar.html", context, status=400 if request.method == "POST" else 200)


@require_POST
@calendar_keeper
def calendar_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """取消另定的一天。只能取消本县的。"""
    if not CalendarDay.objects.filter(pk=pk, county_code=_county(request)).exists():
        raise ServiceError("没有这一天，或不归本县管。", code="day_gone", status=404)
    services.calendar_day_remove(day_id=pk, actor=_actor(request))
    return done(request, "已取消。在办的期限还没有变，请重算期限。", "process:calendar")


@require_POST
@calendar_keeper
def calendar_recalculate(request: HttpRequest) -> HttpResponse:
    """重算期限，交给后台去做。"""
    services.calendar_recalculate_later(actor=_actor(request), county_code=_county(request))
    return done(request, "已交后台重算，一般一两分钟内完成；期限变了的会记在各件事的时间线上。", "process:calendar")
