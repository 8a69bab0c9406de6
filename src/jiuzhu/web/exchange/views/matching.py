"""认人台：一行一行认，两人复核，撤销。"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.exchange import services
from jiuzhu.web.exchange.models import MatchDecision, MatchRow
from jiuzhu.web.exchange.selectors import matching
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.paging import paged

from .pairs import pair

View = Callable[..., HttpResponse]
reader: Callable[[View], View] = permission_required("exchange.view_match", raise_exception=True)
decider: Callable[[View], View] = permission_required("exchange.decide_match", raise_exception=True)
LISTS = {"waiting": "待复核", "again": "须复看", "all": "认过的"}


@require_safe
@reader
def desk(request: StaffRequest) -> HttpResponse:
    """下一行待认的；``after`` 是放一放的那一行。"""
    after = _row(request, request.GET.get("after", ""))
    return _page(request, matching.following(request.scope, after))


@require_safe
@reader
def row_page(request: StaffRequest, pk: int) -> HttpResponse:
    """指定的一行：从名单点进来，或按错了回头看。"""
    return _page(request, _row_or_404(request, pk))


@require_safe
@reader
def decision_list(request: StaffRequest) -> HttpResponse:
    """待复核的、须复看的、认过的。"""
    tab = request.GET.get("tab", "waiting")
    tab = tab if tab in LISTS else "waiting"
    rows = {"waiting": matching.waiting, "again": matching.look_again, "all": matching.decisions}[tab](request.scope)
    page = paged(rows, request.GET.get("page"))
    context = {"page": page, "tab": tab, "tabs": LISTS, "progress": matching.progress(request.scope)}
    return render(request, "exchange/matching_list.html", context)


@require_POST
@decider
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    """认定，接着给下一行。"""
    match = _row_or_404(request, pk)
    chosen = request.POST.get("person", "")
    try:
        made = services.match_decide(
            match=match, person_id="" if chosen == "none" else chosen or "-", actor=request.actor
        )
    except ServiceError as error:
        return _page(request, _row_or_404(request, pk), problem=error.message, status=error.status)
    return _page(request, matching.following(request.scope, match), last=made)


def _review(act: Callable[[StaffRequest, MatchDecision], MatchDecision]) -> View:
    @require_POST
    @decider
    def view(request: StaffRequest, pk: int) -> HttpResponse:
        decision = matching.decisions(request.scope).filter(pk=pk).first()
        if decision is None:
            raise Http404("没有这一件")
        try:
            done = act(request, decision)
        except ServiceError as error:
            return _page(request, decision.match, problem=error.message, status=error.status)
        return _page(request, _after(request, done), last=done)

    return view


def _after(request: StaffRequest, done: MatchDecision) -> MatchRow | None:
    """复核之后接着复核下一件；撤销、不同意之后就看那一行。"""
    if done.undone_at is not None:
        return _row(request, str(done.match_id))
    others = matching.waiting(request.scope).exclude(by_id=request.actor.user_id).first()
    return _row(request, str(others.match_id)) if others else matching.following(request.scope, None)


agree = _review(lambda request, decision: services.match_agree(decision=decision, actor=request.actor))
refuse = _review(
    lambda request, decision: services.match_refuse(
        decision=decision, reason=request.POST.get("reason", ""), actor=request.actor
    )
)
undo = _review(
    lambda request, decision: services.match_undo(
        decision=decision, reason=request.POST.get("reason", ""), actor=request.actor
    )
)


@require_http_methods(["GET", "POST"])
@decider
def plain(request: StaffRequest, pk: int) -> HttpResponse:
    """先问为什么，再给看两边的全文。"""
    match = _row_or_404(request, pk)
    context: dict[str, Any] = {"match": match, "reason": request.POST.get("reason", "")}
    status = 200
    if request.method == "POST":
        try:
            services.match_reveal(match=match, reason=context["reason"], actor=request.actor)
        except ServiceError as error:
            context["problem"], status = error.message, error.status
        else:
            context["pair"] = pair(match, None, plain=True)
    if request.headers.get("HX-Request") == "true":
        return render(request, "exchange/matching_plain.html#form", context)
    return render(request, "exchange/matching_plain.html", context, status=status)


def _row(request: StaffRequest, key: str) -> MatchRow | None:
    return matching.rows(request.scope).filter(pk=key).first() if key.isascii() and key.isdigit() else None


def _row_or_404(request: StaffRequest, pk: int) -> MatchRow:
    found = _row(request, str(pk))
    if found is None:
        raise Http404("没有这一行")
    return found


def _page(
    request: StaffRequest,
    match: MatchRow | None,
    *,
    last: MatchDecision | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    decision = matching.standing(match, request.scope) if match else None
    if decision is not None and match is not None and match.reopened_at and decision.at <= match.reopened_at:
        decision = None
    context = {
        "pair": pair(match, decision) if match else None,
        "decision": decision,
        "mine": decision is not None and decision.by_id == request.actor.user_id,
        "last": last,
        "problem": problem,
        "progress": matching.progress(request.scope),
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "exchange/matching.html#pair", context)
    return render(request, "exchange/matching.html", context, status=status)
