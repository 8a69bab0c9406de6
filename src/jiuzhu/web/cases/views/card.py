"""读证，一户的情况，能享什么。"""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest, who
from jiuzhu.web.cases import selectors, services
from jiuzhu.web.cases.economy import known_economy
from jiuzhu.web.cases.entitling import household_fits
from jiuzhu.web.cases.forms import StrangerForm
from jiuzhu.web.cases.services.opening import programme_book
from jiuzhu.web.divisions.selectors import short_path_of
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.masking import mask_id_number
from jiuzhu.web.registry.models import Event, Household, Person
from jiuzhu.web.registry.presentation import chain_line, household_row
from jiuzhu.web.registry.requests import governed_household_or_404
from jiuzhu.web.registry.selectors import class_spans, class_title, events, members
from jiuzhu.web.registry.services import file_read

from .common import starter

AIDED = (Event.Kind.ASKED, Event.Kind.AIDED, Event.Kind.DECIDED, Event.Kind.PAID, Event.Kind.DONE, Event.Kind.ORDERED)
HISTORY = 8


@require_http_methods(["GET", "HEAD", "POST"])
@starter
def card_page(request: StaffRequest) -> HttpResponse:
    """读一张证。用 POST：号码不进网址；读到了转到这一户，网址里只有编号。"""
    if request.method != "POST":
        return _card(request)
    text = request.POST.get("card", "")
    try:
        person = services.card_read(text=text, **who(request))
    except ServiceError as error:
        form = StrangerForm(initial={"card": text}, scope=request.scope) if error.code == "no_such_person" else None
        return _card(request, problem=error.message, stranger=form, status=error.status)
    return _opened(person)


@require_POST
@starter
def stranger(request: StaffRequest) -> HttpResponse:
    """户籍里没有的人，照证件登记，再看能享什么。"""
    form = StrangerForm(request.POST, scope=request.scope)
    if not form.is_valid():
        return _card(request, stranger=form, status=400)
    given = form.cleaned_data
    try:
        person = services.stranger_add(
            text=given["card"], name=given["name"], division_code=given["division_code"], address=given["address"],
            **who(request),
        )  # fmt: skip
    except ServiceError as error:
        return _card(request, problem=error.message, stranger=form, status=error.status)
    return _opened(person)


def _opened(person: Person) -> HttpResponse:
    path = reverse("cases:household", args=[person.household.household_id])
    return redirect(f"{path}?person={person.person_id}")


def _card(
    request: StaffRequest, *, problem: str = "", stranger: StrangerForm | None = None, status: int = 200
) -> HttpResponse:
    drafts = list(selectors.applications(request.scope, "draft").filter(opened_by_id=request.user.pk)[:HISTORY])
    context = {"problem": problem, "stranger": stranger, "drafts": drafts}
    return render(request, "cases/card.html", context, status=status)


@require_safe
@starter
def household_page(request: StaffRequest, household_id: str) -> HttpResponse:
    """一户的情况：成员、收入财产支出、类别、救助经历，每项有来源与日期。能享什么随后由页面来取。"""
    household = governed_household_or_404(request, household_id)
    file_read(household=household, actor=request.actor)
    return render(request, "cases/household.html", household_context(request, household))


def household_context(request: StaffRequest, household: Household) -> dict[str, Any]:
    """证后面那一页的内容。"""
    rows = members(request.scope, household)
    chosen = request.GET.get("person", "")
    people = [row for row in rows if row.person.alive]
    applicant = next((row for row in people if row.person.person_id == chosen), people[0] if people else None)
    history = events(request.scope, household).filter(kind__in=AIDED)[:HISTORY]
    economy = known_economy(request.scope, household)
    spans = class_spans(request.scope, household).filter(until=None)
    return {
        "household": household,
        "row": household_row(household),
        "place": short_path_of(household.division_code),
        "members": [(row, mask_id_number(str(row.person.id_number or ""))) for row in people],
        "applicant": applicant,
        "economy": economy,
        "spans": [(span, class_title(span.code)) for span in spans],
        "history": [chain_line(event) for event in history],
        "applications": selectors.open_applications(request.scope, household),
    }


@require_safe
@starter
def fits(request: StaffRequest, household_id: str) -> HttpResponse:
    """能享什么，逐条写理由：一户的页随后来取的那一块；没有脚本的直接打开。不符合的那些展开时再取（``rest``）。"""
    household = selectors.briefly(request.scope, household_id)
    if household is None:
        raise Http404("没有这一户")
    names = selectors.names_of(request.scope, household)
    context: dict[str, Any] = {"household": household}
    try:
        context["fits"] = household_fits(household, names)
    except ServiceError as error:
        context |= {"problem": error.message, "plain": _plain(household, names)}
    rest = bool(request.GET.get("rest")) and "fits" in context
    return render(request, "cases/fits_rest.html" if rest else "cases/fits.html", context)


def _plain(household: Household, names: dict[str, str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """没有数据可算的，把全部项目列出来照样可以申请：（项目，勾选的值与谁）。"""
    return [
        (programme.title, [(f"{programme.code}|{key}", name) for key, name in names.items()])
        if programme.level == "person"
        else (programme.title, [(f"{programme.code}|", "全家")])
        for programme in programme_book(household.division_code)
    ]
