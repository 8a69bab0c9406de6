"""政策咨询：问情况，说能享什么；不问是谁，不留下。"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.cases import questions
from jiuzhu.web.cases.consulting import consulted, dibao_standard, household_facts, person_facts
from jiuzhu.web.cases.forms import ConsultForm
from jiuzhu.web.cases.services.opening import programme_book
from jiuzhu.web.ground.errors import ServiceError

from .common import adviser

ME = "me"
NOTHING: dict[str, dict[str, Any]] = {"household": {}, "persons": {}}


@require_http_methods(["GET", "HEAD", "POST"])
@adviser
def consult(request: StaffRequest) -> HttpResponse:
    """一张表，交一次答一次。用 POST：情况不进网址；什么也不存。"""
    form = ConsultForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form}
    status = 200
    if request.method == "POST":
        if not form.is_valid():
            status = 400
        else:
            try:
                context |= _answered(request, form)
            except ServiceError as error:
                context["problem"], status = error.message, error.status
    return render(request, "cases/consult.html", context, status=status)


def _answered(request: StaffRequest, form: ConsultForm) -> dict[str, Any]:
    where = request.scope.areas[0] if request.scope.areas else ""
    book = programme_book(where)
    fields = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    answers = questions.read(book, fields, NOTHING)
    given, today = form.cleaned_data, timezone.localdate()
    household = household_facts(given, dibao_standard(where, given["place"], today)) | answers["household"]
    person = person_facts(given) | answers["persons"].get(ME, {})
    rows = consulted(where, household, person, today)
    chosen = [(programme.code, ME if programme.level == "person" else "") for programme in book]
    lacking = {name for row in rows if row.state == "unknown" and row.askable for name in row.lacking}
    asked = questions.asked(book, None, chosen, answers, {ME: "这个人"})
    return {
        "rows": [row for row in rows if row.state != "no" and row.askable],
        "vague": [row for row in rows if row.state == "unknown" and not row.askable],
        "rest": [row for row in rows if row.state == "no"],
        "questions": [one for one in asked if one.question.name in lacking or one.is_answered],
    }
