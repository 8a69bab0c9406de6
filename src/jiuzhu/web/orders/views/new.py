"""点单：先找到是哪一户（或还没有档案的人，或一次上报），写明什么事，选派给谁。"""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.request import StaffRequest, who
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.divisions.selectors import short_path_of
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.orders import selectors, services
from jiuzhu.web.orders.forms import OrderForm, PersonForm, ReceiversForm
from jiuzhu.web.orders.models import Order
from jiuzhu.web.orders.suggestions import Suggestion, suggested
from jiuzhu.web.registry.models import Household, Report
from jiuzhu.web.registry.presentation import household_row
from jiuzhu.web.registry.selectors import household as household_of
from jiuzhu.web.registry.selectors import reports, search

from .common import done, opener

MOST = 10


@require_POST
@opener
def household_find(request: StaffRequest) -> HttpResponse:
    """按姓名、证件号、电话、住址找户。用 POST：姓名与号码不进网址。"""
    limit(request, "search")
    text = request.POST.get("q", "").strip()[:60]
    answer = search(request.scope, text, MOST) if text else None
    rows = [household_row(found.household) for found in answer.rows] if answer else []
    context = {"asked": bool(text), "rows": rows, "more": bool(answer and answer.more), "step": "find"}
    return render(request, "orders/new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@opener
def order_new(request: StaffRequest) -> HttpResponse:
    """点单的表单；没有说是谁家的，先找。"""
    about = About(request)
    if not about.chosen:
        return render(request, "orders/new.html", {"step": "find", "rows": [], "asked": False})
    form, status, problem = about.forms(), 200, ""
    if request.method == "POST":
        status = 400
        if form.valid():
            try:
                order = form.save()
            except ServiceError as error:
                problem, status = error.message, error.status
            else:
                return done(request, told(order), "orders:order", order.pk)
    return render(request, "orders/new.html", form.context() | {"step": "form", "problem": problem}, status=status)


class About:
    """这张单说的是谁：一户、一次上报，或还没有档案的人。"""

    def __init__(self, request: StaffRequest) -> None:
        given = request.GET
        self.request = request
        self.household, self.report = self._household(given.get("household", "")), self._report(given.get("report", ""))
        if self.report is not None:
            self.household = self.report.household
        self.is_person = bool(given.get("person"))
        self.chosen = bool(self.household or self.report or self.is_person)

    def _household(self, key: str) -> Household | None:
        found = household_of(self.request.scope, key) if key else None
        if key and found is None:
            raise Http404("没有这一户")
        return found

    def _report(self, key: str) -> Report | None:
        found = reports(self.request.scope).filter(pk=int(key)).first() if key.isdecimal() and len(key) < 18 else None
        if key and found is None:
            raise Http404("没有这次上报")
        return found

    def forms(self) -> "NewOrder":
        """这一页的各个表单。"""
        return NewOrder(self)


class NewOrder:
    """点单的几个表单放在一起：什么事、是谁、派给谁。"""

    def __init__(self, about: About) -> None:
        self.about, self.request = about, about.request
        data = self.request.POST if self.request.method == "POST" else None
        report = about.report
        origins = ("field",) if report else ("window", "phone", "field")
        initial = {
            "form_key": uuid.uuid4(), "origin": origins[0], "urgent": bool(report and report.urgent),
            "title": "、".join(str(Report.Need(code).label) for code in report.needs) if report else "",
            "words": report.words if report else "",
        }  # fmt: skip
        self.form = OrderForm(data, initial=initial, origins=origins)
        self.person = PersonForm(data, scope=self.request.scope) if about.is_person and not about.household else None
        self.suggested = self._suggested()
        proposed = {key: row.ask for key, row in self.suggested.items()}
        self.receivers = ReceiversForm(data, offices=self._offices(), proposed=proposed) if self._dispatches() else None

    def _dispatches(self) -> bool:
        return self.request.user.has_perm("orders.dispatch_order")

    def _where(self) -> str:
        about = self.about
        if about.household or about.report:
            found = about.household or about.report
            return str(found.division_code) if found else ""
        return self.request.scope.areas[0].ljust(12, "0") if self.request.scope.areas else ""

    def _offices(self) -> list[Organisation]:
        rows = list(selectors.receivers(self._where()))
        return sorted(rows, key=lambda row: row.pk not in self.suggested)

    def _suggested(self) -> dict[int, Suggestion]:
        if self.about.household is None:
            return {}
        return {row.organisation.pk: row for row in suggested(self.about.household, self.request.scope)}

    def valid(self) -> bool:
        """各个表单都填对了。"""
        return all([form.is_valid() for form in (self.form, self.person, self.receivers) if form is not None])  # noqa: C419 都要查一遍

    def needs(self) -> list[services.Need]:
        """勾上的单位；命中过指标的，带上它要用的情况。"""
        if self.receivers is None:
            return []
        asks = self.receivers.asks()
        title = self.form.cleaned_data["title"]
        return [self._need(pk, ask or title) for pk, ask in asks.items()]

    def _need(self, pk: int, ask: str) -> services.Need:
        found = self.suggested.get(pk)
        return found.need(ask) if found else services.Need(pk, ask=ask)

    def save(self) -> Order:
        """开单。"""
        given, about = self.form.cleaned_data, self.about
        person = self.person.cleaned_data if self.person else {}
        source = ("registry.report", str(about.report.pk)) if about.report else ("orders.form", str(given["form_key"]))
        return services.order_open(
            household=about.household,
            report=about.report,
            origin=given["origin"],
            source_kind=source[0],
            source_key=source[1],
            title=given["title"],
            words=given["words"],
            urgent=given["urgent"],
            needs=self.needs(),
            **person,
            **who(self.request),
        )

    def context(self) -> dict[str, Any]:
        """给模板的内容。"""
        about = self.about
        home = about.household
        offices = [
            (office, box, ask, self.suggested.get(office.pk)) for office, box, ask in self.receivers.rows()
        ] if self.receivers else []  # fmt: skip
        return {
            "form": self.form,
            "person": self.person,
            "offices": offices,
            "proposes": bool(self.suggested),
            "dispatches": self.receivers is not None,
            "household": home,
            "row": household_row(home) if home else None,
            "report": about.report,
            "where": short_path_of(self._where()) if (home or about.report) else "",
            "current": selectors.open_order(self.request.scope, home.pk) if home else None,
        }


def told(order: Order) -> str:
    """开成之后的话。"""
    return f"{order.number} 已开单，办到哪里看这一页。"
