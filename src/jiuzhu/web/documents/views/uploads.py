"""附件的页面：上传、下载、预览、撤下。"""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from jiuzhu.web.access.limits import limit
from jiuzhu.web.documents import selectors
from jiuzhu.web.documents.errors import UploadError
from jiuzhu.web.documents.handlers import receives_files
from jiuzhu.web.documents.kinds import KINDS
from jiuzhu.web.documents.models import Upload
from jiuzhu.web.documents.panel import Panel, Ticket, panel_for
from jiuzhu.web.documents.services import (
    UploadedContent,
    upload_open,
    upload_preview,
    upload_store,
    upload_withdraw,
)
from jiuzhu.web.ground.errors import NotAllowed, ServiceError

# 图片在沙箱里显示；PDF 要用浏览器自带的阅读器，沙箱里打不开，就只许它自己
IMAGE_POLICY = "default-src 'none'; sandbox"
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
adder = permission_required("documents.add_upload", raise_exception=True)


@require_POST
@adder
@receives_files
def upload_new(request: HttpRequest) -> HttpResponse:
    """收下一个或几个文件，返回刷新后的附件栏；没收下的逐个说明原因。"""
    ticket = _ticket(request)
    if not ticket.writable:
        raise NotAllowed("这件事项不能再添附件。")
    kind, problems, kept = request.POST.get("kind", ""), [], 0
    files = request.FILES.getlist("files")
    if not files:
        problems.append("没有选文件。请点“选文件”，或把文件拖进来。")
    for file in files:
        try:
            limit(request, "upload")
            upload_store(
                file=UploadedContent(file.name or "", file.read()),
                kind=kind,
                subject=(ticket.subject_kind, ticket.subject_key),
                division_code=ticket.division_code,
                actor=request.actor,  # type: ignore[attr-defined]
                scope=request.scope,  # type: ignore[attr-defined]
            )
            kept += 1
        except ServiceError as error:
            if error.status >= 500:
                raise
            problems.append(f"{file.name}：{error.message}")
    told = f"收下 {kept} 份" if kept else ""
    return _panel(
        request, panel_for(request, ticket, chosen=kind if kind in KINDS else "", problems=tuple(problems), told=told)
    )


@require_GET
def upload_download(request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """下载原件。"""
    upload = _upload(request, pk)
    return _original(request, upload, attachment=True)


@require_GET
def upload_show(request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """在浏览器里看：图片是去掉附加信息的预览，PDF 是原件；别的格式改为下载。"""
    upload = _upload(request, pk)
    if not upload.is_image:
        return _original(request, upload, attachment=not upload.shows_inline)
    picture = upload_preview(upload=upload, actor=request.actor)  # type: ignore[attr-defined]
    return HttpResponse(picture, content_type="image/jpeg", headers={"Content-Security-Policy": IMAGE_POLICY})


@require_POST
@adder
def upload_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """撤下一份传错的，须写原因；只能撤自己传的。"""
    ticket, upload = _ticket(request), _upload(request, pk)
    if not ticket.writable or (upload.subject_kind, upload.subject_key) != (ticket.subject_kind, ticket.subject_key):
        raise NotAllowed("这份附件不能从这里撤下。")
    if upload.uploaded_by_id != request.user.pk:
        raise NotAllowed(f"只能撤下自己传的附件；这份是{upload.uploader}传的，请联系他。")
    problems: tuple[str, ...] = ()
    try:
        upload_withdraw(
            upload=upload,
            reason=request.POST.get("reason", ""),
            actor=request.actor,  # type: ignore[attr-defined]
            scope=request.scope,  # type: ignore[attr-defined]
        )
    except UploadError as error:
        problems = (error.message,)
    return _panel(request, panel_for(request, ticket, problems=problems, told="" if problems else "已撤下"))


def _ticket(request: HttpRequest) -> Ticket:
    return Ticket.read(request.POST.get("ticket", ""), request.actor)  # type: ignore[attr-defined]


def _upload(request: HttpRequest, pk: int) -> Upload:
    """范围之内的一份；能看附件的都能看，只能上传的只看得到自己传的。"""
    upload = selectors.upload(request.scope, pk)  # type: ignore[attr-defined]
    user = request.user
    if not user.has_perm("documents.view_upload") and not user.has_perm("documents.add_upload"):
        raise NotAllowed("您的岗位不能看附件。")
    mine = upload is not None and upload.uploaded_by_id == user.pk
    if upload is None or not (mine or user.has_perm("documents.view_upload")):
        raise Http404("没有这份附件")
    return upload


def _original(request: HttpRequest, upload: Upload, *, attachment: bool) -> StreamingHttpResponse:
    pieces = upload_open(upload=upload, actor=request.actor)  # type: ignore[attr-defined]
    response = StreamingHttpResponse(pieces, content_type=upload.content_type)
    response.headers["Content-Length"] = str(upload.size)
    response.headers["Content-Security-Policy"] = IMAGE_POLICY if attachment else PDF_POLICY
    named = content_disposition_header(attachment, upload.download_name)
    response.headers["Content-Disposition"] = named or "attachment"
    return response


def _panel(request: HttpRequest, panel: Panel) -> HttpResponse:
    return render(request, "documents/uploads.html", {"panel": panel})
