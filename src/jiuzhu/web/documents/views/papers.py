"""文书的页面：查验、取阅存档。"""

from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.documents import selectors
from jiuzhu.web.documents.forms import VerifyForm
from jiuzhu.web.documents.handlers import receives_files
from jiuzhu.web.documents.models import PaperProof
from jiuzhu.web.documents.services import paper_open

from .uploads import PDF_POLICY


@require_http_methods(["GET", "POST"])
@permission_required("documents.verify_paper", raise_exception=True)
@receives_files
def verify(request: HttpRequest) -> HttpResponse:
    """查验一份文书。查验码走正文，不进网址。"""
    if request.method == "GET":
        return render(request, "documents/verify.html", {"form": VerifyForm()})
    form = VerifyForm(request.POST, request.FILES)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        proof = selectors.proof(code=form.cleaned_data["code"], number=form.cleaned_data["number"])
        context |= {"asked": True, "proof": proof}
        if proof is not None:
            file = form.cleaned_data["file"]
            if file:
                context["matches"] = selectors.sm3_of(file.chunks()) == proof.digest
            _recorded(request, proof)
    return render(request, "documents/verify.html", context)


@require_GET
@permission_required("documents.view_upload", raise_exception=True)
def paper_show(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """看存档的 PDF。"""
    paper = selectors.paper(request.scope, pk)  # type: ignore[attr-defined]
    if paper is None:
        raise Http404("没有这份文书")
    pieces = paper_open(paper=paper, actor=request.actor)  # type: ignore[attr-defined]
    response = StreamingHttpResponse(pieces, content_type="application/pdf")
    response.headers["Content-Length"] = str(paper.size)
    response.headers["Content-Security-Policy"] = PDF_POLICY
    response.headers["Content-Disposition"] = content_disposition_header(False, f"{paper}.pdf") or "inline"
    return response


@transaction.atomic
def _recorded(request: HttpRequest, proof: PaperProof) -> None:
    subject = Subject("documents.paperproof", str(proof.pk), str(proof))
    record(actor=request.actor, action="documents.paper_verify", subject=subject)  # type: ignore[attr-defined]
