"""在屏幕上签名，作废，出具两份文书。"""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jiuzhu.web.access.request import StaffRequest, who
from jiuzhu.web.cases import selectors, services
from jiuzhu.web.cases.letters import AUTHORISATION_ALOUD, PLEDGE_ALOUD, letters_of
from jiuzhu.web.cases.models import Application
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.registry.models import Person

from .applications import attempt, rendered
from .common import application_or_404, starter

FIELDS = ("place", "signer", "relation", "guardian_reason", "refused_reason", "position")
ADULT = 18


@require_http_methods(["GET", "HEAD", "POST"])
@starter
def sign(request: StaffRequest, pk: int, person_id: str) -> HttpResponse:
    """一名成员签。签好了接着请下一位。"""
    application = application_or_404(request, pk)
    person = member_or_404(request, application, person_id)
    problem, status = "", 200
    if request.method == "POST":
        try:
            services.signature_add(
                application=application,
                person_id=person_id,
                strokes=strokes_of(request),
                **given(request),
                **who(request),
            )
        except ServiceError as error:
            problem, status = error.message, error.status
        else:
            return _onward(request, application)
    context = sign_context(application, person) | {"problem": problem, "place": str(application.organisation)}
    return render(request, "cases/sign.html", context, status=status)


@require_POST
@starter
def void(request: StaffRequest, pk: int, person_id: str) -> HttpResponse:
    """作废一人的签名。"""
    reason = request.POST.get("reason", "")
    application = application_or_404(request, pk)
    return attempt(
        request, application, services.signature_void, person_id=person_id, reason=reason, told="已作废，请重新签。"
    )


@require_POST
@starter
def issue(request: StaffRequest, pk: int) -> HttpResponse:
    """签齐了，出具两份文书。"""
    application = application_or_404(request, pk)
    try:
        made = services.letters_issue(application=application, **who(request))
    except ServiceError as error:
        return rendered(request, application_or_404(request, pk), problem=error.message, status=error.status)
    messages.success(request, f"已出具承诺书和授权书 {made.number}，在“文书”栏；有效期内可以核对。")
    return redirect("cases:application", pk)


def member_or_404(request: StaffRequest, application: Application, person_id: str) -> Person:
    """这一户在世的一名成员。"""
    people = selectors.living(request.scope, application.household)
    found = next((one for one in people if one.person_id == person_id), None)
    if found is None:
        raise Http404("没有这名成员")
    return found


def sign_context(application: Application, person: Person) -> dict[str, Any]:
    """签名页的内容：念的话，全文，谁签。"""
    age = person.age()
    return {
        "application": application,
        "person": person,
        "minor": age is not None and age < ADULT,
        "letters": letters_of(application),
        "pledge": PLEDGE_ALOUD,
        "authorisation": AUTHORISATION_ALOUD,
    }


def given(request: Any) -> dict[str, Any]:
    """表单里除笔迹之外的。不是由监护人代签的，不理会那几格。"""
    found: dict[str, Any] = {name: request.POST.get(name, "") for name in FIELDS}
    if request.POST.get("by") != "guardian":
        found |= {"signer": "", "relation": "", "guardian_reason": ""}
    if request.POST.get("act") != "refuse":
        found["refused_reason"] = ""
    elif not found["refused_reason"].strip():
        found["refused_reason"] = "没有说原因"
    return found


def strokes_of(request: Any) -> Any:
    """表单里的笔迹。"""
    try:
        return json.loads(request.POST.get("strokes", "") or "null")
    except ValueError:
        return None


def _onward(request: StaffRequest, application: Application) -> HttpResponse:
    signed = selectors.signatures(request.scope, application)
    rest = [one for one in selectors.living(request.scope, application.household) if one.person_id not in signed]
    if rest:
        messages.success(request, f"记下了。请下一位签，还有 {len(rest)} 人。")
        return redirect("cases:sign", application.pk, rest[0].person_id)
    messages.success(request, "全家都签过了。")
    return redirect(f"{reverse('cases:application', args=[application.pk])}#signing")
