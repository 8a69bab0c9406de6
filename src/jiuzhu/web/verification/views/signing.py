"""登记纸上签好的授权书、义务人的同意书；撤回。"""

import hashlib
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.request import StaffRequest, who
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.documents.services import UploadedContent, upload_store
from jiuzhu.web.ground.crypto import blind_index
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.registry.models import Household, Person
from jiuzhu.web.registry.presentation import household_row
from jiuzhu.web.registry.requests import governed_household_or_404
from jiuzhu.web.registry.selectors import members
from jiuzhu.web.verification import selectors, services
from jiuzhu.web.verification.forms import ConsentForm, PaperAuthorisationForm
from jiuzhu.web.verification.models import Authorisation, ObligorConsent

from .common import starter

NO_SUCH_PERSON = "数据里没有这个证件号的人，没有登记。请核对号码。"


@require_http_methods(["GET", "HEAD", "POST"])
@starter
def authorisation_new(request: StaffRequest, household_id: str) -> HttpResponse:
    """登记一份纸质授权书。"""
    household = governed_household_or_404(request, household_id)
    people = [row.person for row in members(request.scope, household) if row.person.alive]
    choices = selectors.programme_choices(household.division_code)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PaperAuthorisationForm(*given, programmes=choices, people=people)
    problem, status = "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                _authorise(request, household, form)
            except ServiceError as error:
                problem, status = error.message, error.status
            else:
                refused = any(row["refused"] for row in form.rows())
                words = "还有人没有签，签全了才能核对。" if refused else "全家都签了，可以核对了。"
                messages.success(request, f"已登记授权书。{words}")
                return redirect("verification:household", household_id)
    context = {"household": household, "row": household_row(household), "form": form, "problem": problem}
    return render(request, "verification/authorisation.html", context, status=status)


@transaction.atomic
def _authorise(request: StaffRequest, household: Household, form: PaperAuthorisationForm) -> None:
    given = form.cleaned_data
    content = _scan(request, household, given["scan"])
    services.authorisation_record(
        household=household,
        number=given["number"],
        programmes=given["programmes"],
        members=form.rows(),
        valid_from=given["signed_on"],
        valid_until=given["valid_until"],
        document_digest=hashlib.new("sm3", content).hexdigest(),
        place=given["place"],
        signed_at=timezone.make_aware(datetime.combine(given["signed_on"], time(12))),
        channel=Authorisation.Channel.PAPER,
        **who(request),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@starter
def consent_new(request: StaffRequest, household_id: str) -> HttpResponse:
    """登记户外义务人的同意书。"""
    household = governed_household_or_404(request, household_id)
    form = ConsentForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    problem, status = "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                _consent(request, household, form.cleaned_data)
            except ServiceError as error:
                problem, status = error.message, error.status
            else:
                messages.success(request, "已登记，下次核对会一并看这位义务人的财产和收入。")
                return redirect("verification:household", household_id)
    context = {"household": household, "row": household_row(household), "form": form, "problem": problem}
    return render(request, "verification/consent.html", context, status=status)


@transaction.atomic
def _consent(request: StaffRequest, household: Household, given: dict[str, Any]) -> None:
    limit(request, "search")
    everywhere = Scope.everything()
    with everywhere.applied():  # 义务人常在外乡镇；只凭同意书与号码找到他，不显示别的
        index = blind_index(given["id_number"].strip().upper())
        person = Person.objects.within(everywhere).filter(id_number_index=index, merged_into=None).first()
    if person is None or person.division_code[:6] != household.division_code[:6]:
        raise ServiceError(NO_SUCH_PERSON, code="no_such_person")
    content = _scan(request, household, given["scan"])
    services.consent_record(
        household=household,
        person=person,
        relation=given["relation"],
        document=given["document"],
        document_digest=hashlib.new("sm3", content).hexdigest(),
        signed_on=given["signed_on"],
        valid_until=given["valid_until"],
        **who(request),
    )


@require_POST
@starter
def authorisation_withdrawn(request: StaffRequest, pk: int) -> HttpResponse:
    """本户撤回授权。"""
    row = Authorisation.objects.within(request.scope).select_related("household").filter(pk=pk).first()
    if row is None:
        raise Http404("没有这份授权书")
    try:
        services.authorisation_withdraw(authorisation=row, reason=request.POST.get("reason", ""), **who(request))
    except ServiceError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "已撤回授权，以后不再凭它核对。")
    return redirect("verification:household", row.household.household_id)


@require_POST
@starter
def consent_withdrawn(request: StaffRequest, pk: int) -> HttpResponse:
    """义务人撤回同意。"""
    row = ObligorConsent.objects.within(request.scope).select_related("household").filter(pk=pk).first()
    if row is None:
        raise Http404("没有这份同意书")
    services.consent_withdraw(consent=row, **who(request))
    messages.success(request, "已撤回，从此不再读这位义务人的数据。")
    return redirect("verification:household", row.household.household_id)


def _scan(request: StaffRequest, household: Household, file: Any) -> bytes:
    content: bytes = file.read()
    upload_store(
        file=UploadedContent(file.name, content),
        kind="application",
        subject=("verification.household", household.household_id),
        division_code=household.division_code,
        **who(request),
    )
    return content
