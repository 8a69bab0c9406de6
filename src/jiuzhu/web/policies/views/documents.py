"""政策文件：列表、一份、登记与改、收原件、下载、撤下。"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.documents.handlers import receives_files
from jiuzhu.web.documents.services import UploadedContent, upload_open
from jiuzhu.web.ground.errors import Conflict, ServiceError
from jiuzhu.web.ground.paging import paged
from jiuzhu.web.policies import selectors, services
from jiuzhu.web.policies.document_forms import DocumentFilter, DocumentForm
from jiuzhu.web.policies.models import PolicyDocument
from jiuzhu.web.policies.services.documents import FIELDS

from .ledger import viewer
from .rulebook_versions import county_of

SANDBOX = "default-src 'none'; sandbox"
keeper = permission_required("policies.change_document", raise_exception=True)


@require_safe
@viewer
def document_list(request: StaffRequest) -> HttpResponse:
    """本县的政策文件；在标题、文号、发文机关里找。"""
    form = DocumentFilter(request.GET, programmes=programme_choices(request))
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = selectors.documents(
        request.scope, text=chosen.get("q", ""), state=chosen.get("state", ""), programme=chosen.get("programme", "")
    )
    page = paged(rows, request.GET.get("page"))
    page.object_list = list(page)
    context = {
        "form": form,
        "page": page,
        "files": selectors.documents_with_files(request.scope, [row.pk for row in page.object_list]),
        "titles": dict(programme_choices(request)),
        "is_filtered": any(chosen.values()),
    }
    return render(request, "policies/documents.html", context)


@require_safe
@viewer
def document_page(request: StaffRequest, pk: int) -> HttpResponse:
    """一份文件：登记、原件、管着哪些项目。"""
    return _page(request, document_of(request, pk))


def _page(request: StaffRequest, found: PolicyDocument, *, problem: str = "", status: int = 200) -> HttpResponse:
    titles = dict(programme_choices(request))
    context = {
        "document": found,
        "files": list(selectors.document_files(request.scope, found.pk)),
        "programmes": [(code, titles[code]) for code in found.programmes if code in titles],
        "keeps": request.user.has_perm("policies.change_document") and request.scope.covers(found.division_code),
        "problem": problem,
    }
    return render(request, "policies/document.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@keeper
def document_new(request: StaffRequest) -> HttpResponse:
    """登记一份。"""
    return _form(request, None, {"programmes": [request.GET.get("programme", "")]})


@require_http_methods(["GET", "HEAD", "POST"])
@keeper
def document_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """改登记：写错的改正，废止的写明。"""
    found = document_of(request, pk)
    return _form(request, found, {name: getattr(found, name) for name in FIELDS})


def _form(request: StaffRequest, found: PolicyDocument | None, initial: dict[str, Any]) -> HttpResponse:
    form = DocumentForm(request.POST or None, initial=initial, programmes=programme_choices(request))
    if request.method == "POST" and form.is_valid():
        try:
            kept = services.document_save(
                document_id=found.pk if found else None, values=form.cleaned_data, division_code=county_of(request),
                actor=request.actor, scope=request.scope,
            )  # fmt: skip
        except Conflict as problem:
            form.add_error("number", problem.message)
        else:
            messages.success(request, "已登记，请把原件传上来。" if found is None else "已改好。")
            return redirect("policies:document", kept.pk)
    context = {"form": form, "document": found}
    return render(request, "policies/document_form.html", context, status=422 if form.errors else 200)


@require_POST
@keeper
@receives_files
def document_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """收一份原件。"""
    found = document_of(request, pk)  # type: ignore[arg-type]
    file = request.FILES.get("file")
    if file is None:
        return _page(request, found, problem="没有选文件。请选 PDF 或 Word 文件。", status=422)  # type: ignore[arg-type]
    try:
        limit(request, "upload")
        services.document_file_add(
            document_id=pk,
            file=UploadedContent(file.name or "", file.read()),
            actor=request.actor,  # type: ignore[attr-defined]
            scope=request.scope,  # type: ignore[attr-defined]
        )
    except ServiceError as problem:
        if problem.status >= 500:
            raise
        return _page(request, found, problem=problem.message, status=422)  # type: ignore[arg-type]
    messages.success(request, "原件已收下。")
    return redirect("policies:document", pk)


@require_safe
@viewer
def document_file(request: StaffRequest, pk: int, upload: int) -> StreamingHttpResponse:
    """下载原件，记一笔。"""
    document_of(request, pk)
    found = selectors.document_files(request.scope, pk).filter(pk=upload).first()
    if found is None:
        raise Http404("没有这份原件")
    pieces = upload_open(upload=found, actor=request.actor)
    response = StreamingHttpResponse(pieces, content_type=found.content_type)
    response.headers["Content-Length"] = str(found.size)
    response.headers["Content-Security-Policy"] = SANDBOX
    named = content_disposition_header(as_attachment=True, filename=found.download_name)
    response.headers["Content-Disposition"] = named or "attachment"
    return response


@require_POST
@keeper
def document_file_withdraw(request: StaffRequest, pk: int, upload: int) -> HttpResponse:
    """撤下传错的原件。"""
    found = document_of(request, pk)
    try:
        services.document_file_withdraw(
            document_id=pk, upload_id=upload, reason=request.POST.get("reason", ""), actor=request.actor,
            scope=request.scope,
        )  # fmt: skip
    except ServiceError as problem:
        if problem.status in {404, 500}:
            raise
        return _page(request, found, problem=problem.message, status=422)
    messages.success(request, "已撤下。")
    return redirect("policies:document", pk)


def document_of(request: StaffRequest, pk: int) -> PolicyDocument:
    """本县的一份；没有则 404。"""
    found = selectors.document(request.scope, pk)
    if found is None:
        raise Http404("没有这份文件")
    return found


def programme_choices(request: StaffRequest) -> list[tuple[str, str]]:
    """今天的救助项目。"""
    return [(entry.code, entry.title) for entry in selectors.programmes(county_of(request))]
