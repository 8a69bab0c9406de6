"""附件：收下、取阅、预览、撤下。"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.documents import content, vault
from jiuzhu.web.documents.errors import UploadError
from jiuzhu.web.documents.kinds import KINDS
from jiuzhu.web.documents.models import Upload
from jiuzhu.web.ground.errors import Conflict


@dataclass(frozen=True)
class UploadedContent:
    """浏览器交来的一个文件：原名与全部内容。"""

    name: str
    data: bytes


def upload_store(
    *,
    file: UploadedContent,
    kind: str,
    subject: tuple[str, str],
    division_code: str,
    actor: Actor,
    scope: Scope,
    now: datetime | None = None,
) -> Upload:
    """收下一份附件：按内容查验，加密入库，登记。

    ``subject`` 是所属事项（种类、编号），``division_code`` 是它的地方；调用方已查过这个人看得到它。
    收不下的抛 ``UploadError``；同一事项已有一模一样的抛 ``Conflict``。
    """
    if kind not in KINDS:
        raise UploadError("没有选附件种类，没有收下。请选好种类再传。", code="upload_kind")
    content_type = content.inspect(file.data, name=file.name, kind=KINDS[kind])
    stored = vault.store([file.data])
    try:
        with transaction.atomic():
            same = Upload.objects.within(scope).filter(
                subject_kind=subject[0], subject_key=subject[1], digest=stored.digest, withdrawn_at=None
            )
            if same.exists():
                raise Conflict("这份文件已经在这里了，不必再传。", code="upload_twice")
            upload = Upload.objects.create(
                name=stored.name,
                size=stored.size,
                digest=stored.digest,
                kind=kind,
                original_name=content.clean_name(file.name),
                content_type=content_type,
                subject_kind=subject[0],
                subject_key=subject[1],
                division_code=division_code,
                organisation_id=scope.organisation_id,
                uploaded_by_id=actor.user_id,
                uploader=actor.name,
                uploaded_at=now or timezone.now(),
            )
            facts = {"kind": kind, "content_type": content_type, "size": stored.size, "digest": stored.digest}
            record(actor=actor, action="documents.upload_store", subject=_subject(upload), after=facts)
    except BaseException:
        vault.remove(stored.name)
        raise
    return upload


@transaction.atomic
def upload_open(*, upload: Upload, actor: Actor, reason: str = "", task: str = "") -> Iterator[bytes]:
    """取阅原件，记一笔。"""
    pieces = vault.read(upload.name)
    record(actor=actor, action="documents.upload_read", subject=_subject(upload), reason=reason, task=task)
    return pieces


@transaction.atomic
def upload_preview(*, upload: Upload, actor: Actor, task: str = "") -> bytes:
    """图片的预览，去掉拍摄地点等附加信息；同样算看过，记一笔。"""
    if not upload.is_image:
        raise UploadError("只有图片可以预览，请下载后打开。", code="upload_preview")
    picture = content.preview(vault.read_all(upload.name))
    record(actor=actor, action="documents.upload_read", subject=_subject(upload), task=task)
    return picture


@transaction.atomic
def upload_withdraw(*, upload: Upload, reason: str, actor: Actor, scope: Scope, now: datetime | None = None) -> None:
    """撤下传错的附件：不再列出，内容留在库里备查。"""
    if not reason.strip():
        raise UploadError("撤下附件要写明原因。", code="upload_reason")
    locked = Upload.objects.within(scope).select_for_update().get(pk=upload.pk)
    if locked.withdrawn_at is not None:
        raise Conflict("这份附件已经撤下了。", code="upload_withdrawn")
    locked.withdrawn_at, locked.withdrawn_by = now or timezone.now(), actor.name
    locked.withdrawn_reason = reason.strip()[:200]
    locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record(actor=actor, action="documents.upload_withdraw", subject=_subject(upload), reason=reason)


def _subject(upload: Upload) -> Subject:
    return Subject("documents.upload", str(upload.pk), upload.get_kind_display())
