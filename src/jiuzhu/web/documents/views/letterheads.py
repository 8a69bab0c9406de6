"""行文习惯：各单位文号里的机关代字、用不用红头。归系统管理员。"""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents import selectors
from jiuzhu.web.documents.forms import LetterheadForm
from jiuzhu.web.documents.services import letterhead_set
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.paging import paged

changer = permission_required("divisions.change_division", raise_exception=True)


@require_safe
@changer
def letterhead_list(request: HttpRequest) -> HttpResponse:
    """本片区会制发文书的单位。"""
    page = paged(selectors.issuers(_area(request)), request.GET.get("page"))
    return render(request, "documents/letterheads.html", {"page": page})


@require_POST
@changer
def letterhead_save(request: HttpRequest, pk: int) -> HttpResponse:
    """存一个单位的，返回那一行。"""
    row = selectors.issuers(_area(request)).filter(pk=pk).first()
    if row is None:
        raise Http404("没有这个单位")
    form = LetterheadForm(request.POST)
    if not form.is_valid():
        raise ServiceError("；".join(str(error) for errors in form.errors.values() for error in errors))
    letterhead_set(organisation=row, actor=request.actor, **form.cleaned_data)  # type: ignore[attr-defined]
    saved = Organisation.objects.select_related("letterhead").get(pk=pk)
    return render(request, "documents/letterheads.html#row", {"row": saved, "saved": True})


def _area(request: HttpRequest) -> str:
    """岗位的片区；没有岗位的到不了这里。"""
    area: str = request.post.area  # type: ignore[attr-defined]
    return area
