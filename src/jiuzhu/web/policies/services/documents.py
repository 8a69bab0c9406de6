"""政策文件：登记、改、收原件、撤原件。"""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.documents.models import Upload
from jiuzhu.web.documents.services import UploadedContent, upload_store, upload_withdraw
from jiuzhu.web.ground.errors import Conflict, NotAllowed
from jiuzhu.web.policies.models import PolicyDocument
from jiuzhu.web.policies.sharing import DOCUMENT

FIELDS = ("title", "number", "issuer", "issued_on", "in_force_on", "ended_on", "ended_why", "programmes", "note")


def document_save(
    *, document_id: int | None, values: Mapping[str, Any], division_code: str, actor: Actor, scope: Scope
) -> PolicyDocument:
    """登记一份文件，或改它的登记。文号已有的抛 ``Conflict``。"""
    county = division_code[:6].ljust(12, "0")
    try:
        with transaction.atomic():
            if document_id is None:
                if not scope.covers(county):
                    raise NotAllowed("政策文件由县里登记，您的岗位不管全县。")
                kept = PolicyDocument(division_code=county, created_by_id=actor.user_id)
                before = None
            else:
                kept = _locked(document_id, scope)
                before = {name: getattr(kept, name) for name in FIELDS}
            for name in FIELDS:
                setattr(kept, name, values[name])
            kept.changed_at = timezone.now()
            kept.save()
            action = "policies.document_add" if before is None else "policies.document_change"
            after = {name: getattr(kept, name) for name in FIELDS}
            record(actor=actor, action=action, subject=_subject(kept), before=before, after=after)
    except IntegrityError as error:
        if "one_document_a_number" not in str(error):
            raise
        raise Conflict(
            f"文号 {values['number']} 已经登记过，没有再登记。请在列表里找那一份。", code="document_number"
        ) from error
    return kept


def document_file_add(*, document_id: int, file: UploadedContent, actor: Actor, scope: Scope) -> Upload:
    """收一份原件（PDF、Word）；收不下的抛 ``UploadError``。"""
    with transaction.atomic():
        kept = _locked(document_id, scope)
    return upload_store(
        file=file,
        kind="policy",
        subject=(DOCUMENT, str(kept.pk)),
        division_code=kept.division_code,
        actor=actor,
        scope=scope,
    )


def document_file_withdraw(*, document_id: int, upload_id: int, reason: str, actor: Actor, scope: Scope) -> None:
    """撤下传错的原件，须写原因；内容留在库里备查。"""
    with transaction.atomic():
        kept = _locked(document_id, scope)
    upload = Upload.objects.within(scope).filter(
        pk=upload_id, subject_kind=DOCUMENT, subject_key=str(kept.pk), withdrawn_at=None
    ).first()  # fmt: skip
    if upload is None:
        raise NotAllowed("没有这份原件，可能已经撤下。", status=404)
    upload_withdraw(upload=upload, reason=reason, actor=actor, scope=scope)


def _locked(document_id: int, scope: Scope) -> PolicyDocument:
    kept = PolicyDocument.objects.within(scope).select_for_update(of=("self",)).filter(pk=document_id).first()
    if kept is None or not scope.covers(kept.division_code):
        raise NotAllowed("没有这份文件，或不归您管。", status=404)
    return kept


def _subject(document: PolicyDocument) -> Subject:
    return Subject("policies.policydocument", str(document.pk), str(document))
