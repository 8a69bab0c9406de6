"""查看明文、更正。"""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.process.selectors import instances_of
from jiuzhu.web.registry import services
from jiuzhu.web.registry.forms import CorrectForm
from jiuzhu.web.registry.models import Person
from jiuzhu.web.registry.services.people import FIELDS, UNMASKED, masked_value
from jiuzhu.web.registry.sharing import SUBJECT

from .common import done, keeper, person_or_404, unmasker

SECONDS = 60
NO_TASK = "无对应事项"


@require_http_methods(["GET", "POST"])
@unmasker
def person_unmask(request: StaffRequest, person_id: str, field: str) -> HttpResponse:
    """先问为哪件事、为什么，再给看一分钟。"""
    if field not in UNMASKED:
        raise Http404("没有这一项")
    person = person_or_404(request, person_id)
    context = {
        "person": person,
        "household": person.household,
        "field": field,
        "title": FIELDS[field],
        "masked": masked_value(person, field),
        "tasks": task_choices(request, person),
        "seconds": SECONDS,
        "reason": request.POST.get("reason", ""),
        "task": request.POST.get("task", ""),
    }
    status = 200
    if request.method == "POST":
        try:
            context["value"] = services.unmask(
                person=person,
                field=field,
                reason=request.POST.get("reason", ""),
                task=_chosen(request, person),
                actor=request.actor,
            )
        except ServiceError as error:
            context["problem"], status = error.message, error.status
    if request.headers.get("HX-Request") == "true":
        return render(request, "registry/unmask.html#form", context)
    return render(request, "registry/unmask.html", context, status=status)


def task_choices(request: StaffRequest, person: Person) -> list[str]:
    """这一户正在办的事。"""
    key = person.household.household_id
    cases = instances_of(request.scope, subject_kind=SUBJECT, subject_key=key).filter(ended_at=None)[:20]
    return [f"{case.definition.title}（第 {case.pk} 号）" for case in cases]


def _chosen(request: StaffRequest, person: Person) -> str:
    """只认列出的事项，不认随手写的。"""
    chosen = request.POST.get("task", "")
    return chosen if chosen in (NO_TASK, *task_choices(request, person)) else ""


@require_http_methods(["GET", "POST"])
@keeper
def person_correct(request: StaffRequest, person_id: str) -> HttpResponse:
    """更正一项。"""
    person = person_or_404(request, person_id)
    form = CorrectForm(request.POST or None, initial={"field": request.GET.get("field", "name")})
    problem, status = "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                kept = services.person_correct(person=person, actor=request.actor, **form.cleaned_data)
            except ServiceError as error:
                problem, status = error.message, error.status
            else:
                text = f"已更正{FIELDS[kept.field]}；以后再装入数据不会覆盖。"
                return done(request, text, "registry:household", person.household.household_id)
    context = {"person": person, "household": person.household, "form": form, "problem": problem}
    return render(request, "registry/person_correct.html", context, status=status)
