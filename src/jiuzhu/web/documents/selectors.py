"""文书与附件的读取；都在范围之内。"""

import hashlib
from typing import Any

from django.db.models import QuerySet

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.divisions.selectors import organisations
from jiuzhu.web.ground.crypto import blind_index

from .models import Paper, PaperProof, Upload


def uploads(scope: Scope, *, subject_kind: str, subject_key: str) -> QuerySet[Upload]:
    """一件事项的附件，没撤下的。"""
    return Upload.objects.within(scope).filter(subject_kind=subject_kind, subject_key=subject_key, withdrawn_at=None)


def upload(scope: Scope, pk: int) -> Upload | None:
    """一份没撤下的附件；范围之外的当作没有。"""
    return Upload.objects.within(scope).filter(pk=pk, withdrawn_at=None).first()


def papers(scope: Scope, *, subject_kind: str, subject_key: str) -> QuerySet[Paper]:
    """一件事项的文书，新的在前。"""
    found = Paper.objects.within(scope).select_related("proof")
    return found.filter(subject_kind=subject_kind, subject_key=subject_key)


def paper(scope: Scope, pk: int) -> Paper | None:
    """一份文书；范围之外的当作没有。"""
    return Paper.objects.within(scope).select_related("proof").filter(pk=pk).first()


def proof(*, code: str, number: str = "") -> PaperProof | None:
    """凭查验码（有文号的连同文号）找底根；对不上则为空。空格、连字符、大小写都不计。"""
    found = PaperProof.objects.filter(code_index=blind_index(code)).first()
    if found is None or (found.number and _plain(found.number) != _plain(number)):
        return None
    return found


def issuers(area: str) -> QuerySet[Organisation]:
    """片区里会制发文书的单位：机关、部门、核对中心、乡镇，连同行文习惯。"""
    kinds = [
        Organisation.Kind.COUNTY_OFFICE,
        Organisation.Kind.DEPARTMENT,
        Organisation.Kind.VERIFICATION_CENTRE,
        Organisation.Kind.TOWNSHIP_STATION,
    ]
    rows = organisations(area=area).filter(kind__in=kinds)
    return rows.select_related("letterhead").order_by("kind", "division_code", "code")


def sm3_of(chunks: Any) -> str:
    """一份文件的 SM3 摘要，十六进制。"""
    digest = hashlib.new("sm3")
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _plain(number: str) -> str:
    same = str.maketrans(
        {"[": "〔", "［": "〔", "【": "〔", "(": "〔", "（": "〔"}
        | {"]": "〕", "］": "〕", "】": "〕", ")": "〕", "）": "〕"}
    )
    return "".join(number.split()).translate(same).upper()
