"""每日封条：名单与下载。"""

import json
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from jiuzhu.web.audit import selectors
from jiuzhu.web.audit.models import Lane, Seal
from jiuzhu.web.audit.reading import differences
from jiuzhu.web.audit.services import seal_downloaded
from jiuzhu.web.ground.paging import paged

from .common import actor_of, exporter, reader


@require_safe
@reader
def seal_list(request: HttpRequest) -> HttpResponse:
    """各天的封条，和最近一次核验的结果。"""
    verified = selectors.last_verified()
    context = {
        "page": paged(selectors.seals().defer("body"), request.GET.get("page")),
        "verified": verified,
        "found": differences(verified) if verified else [],
        "total": sum(Lane.objects.values_list("seq", flat=True)),
    }
    return render(request, "audit/seals.html", context)


@require_safe
@exporter
def seal_file(request: HttpRequest, day: str) -> HttpResponse:
    """下载一张封条，在平台之外保存。"""
    try:
        seal = get_object_or_404(Seal, day=date.fromisoformat(day))
    except ValueError as error:
        raise Http404("没有这一天的封条") from error
    seal_downloaded(seal=seal, actor=actor_of(request))
    text = json.dumps(seal.line(), ensure_ascii=False) + "\n"
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="audit-seal-{seal.day.isoformat()}.json"'
    return answer
