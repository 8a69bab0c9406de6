"""给家里的清单：制发、取阅。"""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.documents.selectors import papers
from jiuzhu.web.documents.services import paper_open
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.monitoring import entitled, selectors
from jiuzhu.web.monitoring.services.caring import KINDS, care_issue
from jiuzhu.web.registry.models import Household

printer = permission_required("registry.print_file", raise_exception=True)
POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"


@require_POST
@printer
def care_new(request: StaffRequest, household_id: str, kind: str) -> HttpResponse:
    """照最近一次监测制发一份，接着打开它。"""
    household = _household(request, household_id)
    run = selectors.latest_run(request.scope)
    if kind not in KINDS:
        raise Http404("没有这种清单")
    if (
        run is None
        or not entitled.has_entitlements(run)
        or not selectors.household_seen(request.scope, run, household_id)
    ):
        raise Conflict("最近一次监测里没有这一户，算不出能享什么。等下一次监测后再出清单。", code="not_assessed")
    paper = care_issue(household=household, run=run, kind=kind, actor=request.actor, scope=request.scope)
    return redirect("monitoring:care_paper", household_id, paper.pk)


@require_safe
@printer
def care_paper(request: StaffRequest, household_id: str, pk: int) -> HttpResponse:
    """打开一份制发过的清单，记一笔。"""
    _household(request, household_id)
    found = papers(request.scope, subject_kind="registry.household", subject_key=household_id)
    paper = found.filter(pk=pk, template__in=KINDS).first()
    if paper is None:
        raise Http404("没有这份清单")
    pdf = b"".join(paper_open(paper=paper, actor=request.actor))
    name = f'inline; filename="{household_id[-6:]}-{paper.pk}.pdf"'
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": name, "Content-Security-Policy": POLICY}
    )


def _household(request: StaffRequest, household_id: str) -> Household:
    found = Household.objects.within(request.scope).select_related("head").filter(household_id=household_id).first()
    if found is None:
        raise Http404("没有这一户")
    return found
