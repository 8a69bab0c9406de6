"""审计记录：名单、一条、校验、导出。"""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from jiuzhu.web.audit import selectors
from jiuzhu.web.audit.forms import EntryFilter
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.audit.reading import differences
from jiuzhu.web.audit.services import export_recorded
from jiuzhu.web.audit.sheets import csv_lines, xlsx_file
from jiuzhu.web.ground.errors import Conflict

from .common import actor_of, area_of, exporter, reader

MOST_EXPORTED = 100_000
BATCH = 2000
FORMATS = ("xlsx", "csv")


@require_safe
@reader
def entry_list(request: HttpRequest) -> HttpResponse:
    """名单：条件与翻到哪里都在网址里；局部刷新只返回名单。"""
    form = EntryFilter(request.GET)
    chosen = form.chosen()
    before = selectors.Place.parse(request.GET.get("before", ""))
    context = {
        "form": form,
        "problems": form.problems(),
        "page": selectors.one_page(chosen, before, area=area_of(request)),
        "is_filtered": bool(chosen),
        "is_earlier": before is not None,
        "counted": selectors.COUNTED,
    }
    partial = request.headers.get("HX-Target") == "list"
    return render(request, "audit/entries.html#list" if partial else "audit/entries.html", context)


@require_safe
@reader
def entry_page(request: HttpRequest, lane: int, seq: int) -> HttpResponse:
    """一条：谁、何时、何处、对什么、改前改后，在链上的位置。"""
    entry = _entry(request, lane, seq)
    earlier, later = (_beside(request, each) for each in selectors.neighbours(entry))
    context = {
        "entry": entry,
        "differences": differences(entry),
        "earlier": earlier,
        "later": later,
        "seal": selectors.sealed_by(entry),
        "digest": bytes(entry.digest).hex(),
        "previous": bytes(entry.previous).hex(),
    }
    return render(request, "audit/entry.html", context)


@require_safe
@reader
def entry_check(request: HttpRequest, lane: int, seq: int) -> HttpResponse:
    """校验这一条。"""
    entry = _entry(request, lane, seq)
    context = {"entry": entry, "troubles": selectors.check_entry(entry), "now": timezone.now()}
    partial = request.headers.get("HX-Request") == "true"
    return render(request, "audit/check.html#result" if partial else "audit/check.html", context)


@require_safe
@exporter
def entry_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """导出筛选出来的名单；导出本身也记审计。超过十万条不导，请缩小范围。"""
    form = EntryFilter(request.GET)
    chosen = form.chosen()
    if form.problems():
        raise Conflict("筛选条件有误，没有导出。请返回名单，改好条件再导。")
    rows = selectors.entries(chosen, area=area_of(request))
    count = selectors.count_up_to(rows, MOST_EXPORTED)
    if count > MOST_EXPORTED:
        raise Conflict("符合条件的超过 10 万条，没有导出。请用日期、动作等条件缩小范围，分几次导出。")
    moment = timezone.now()
    export_recorded(rows=count, format=kind, chosen=chosen, actor=actor_of(request))
    found = rows.filter(at__lte=moment).iterator(chunk_size=BATCH)
    name = f"审计记录-{timezone.localtime(moment):%Y%m%d-%H%M}.{kind}"
    if kind == "xlsx":
        return FileResponse(xlsx_file(found), as_attachment=True, filename=name)
    answer = StreamingHttpResponse(csv_lines(found), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def _entry(request: HttpRequest, lane: int, seq: int) -> Entry:
    """看得到的一条；别处的如同没有。"""
    entry = selectors.entry_at(lane, seq, area=area_of(request))
    if entry is None:
        raise Http404("没有这条审计记录")
    return entry


def _beside(request: HttpRequest, entry: Entry | None) -> dict[str, object] | None:
    """链上挨着的一条；别处的只说有，不给看是什么事。"""
    return {"entry": entry if selectors.is_visible(entry, area=area_of(request)) else None} if entry else None
