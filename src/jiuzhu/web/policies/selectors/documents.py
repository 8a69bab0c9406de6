"""政策文件的读取。"""

from django.db.models import Q, QuerySet
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.documents.models import Upload
from jiuzhu.web.policies.models import PolicyDocument
from jiuzhu.web.policies.sharing import DOCUMENT


def documents(scope: Scope, *, text: str = "", state: str = "", programme: str = "") -> QuerySet[PolicyDocument]:
    """本县的政策文件，新的在前；``text`` 在标题、文号、发文机关里找。"""
    rows, today = PolicyDocument.objects.within(scope), timezone.localdate()
    for word in text.split():
        rows = rows.filter(Q(title__icontains=word) | Q(number__icontains=word) | Q(issuer__icontains=word))
    if programme:
        rows = rows.filter(programmes__contains=[programme])
    ended = Q(ended_on__isnull=False, ended_on__lte=today)
    states = {
        "ended": ended,
        "coming": Q(in_force_on__gt=today) & ~ended,
        "current": Q(in_force_on__lte=today) & ~ended,
    }
    return rows.filter(states[state]) if state in states else rows


def document(scope: Scope, pk: int) -> PolicyDocument | None:
    """一份文件；别的县的当作没有。"""
    return PolicyDocument.objects.within(scope).filter(pk=pk).first()


def document_files(scope: Scope, document_id: int) -> QuerySet[Upload]:
    """一份文件的原件，没撤下的，先传的在前。"""
    rows = Upload.objects.within(scope).filter(subject_kind=DOCUMENT, subject_key=str(document_id), withdrawn_at=None)
    return rows.order_by("uploaded_at", "pk")


def documents_with_files(scope: Scope, keys: list[int]) -> dict[int, int]:
    """各份文件有几个原件。"""
    rows = Upload.objects.within(scope).filter(
        subject_kind=DOCUMENT, subject_key__in=[str(key) for key in keys], withdrawn_at=None
    )
    found: dict[int, int] = {}
    for key in rows.order_by().values_list("subject_key", flat=True):
        found[int(key)] = found.get(int(key), 0) + 1
    return found
