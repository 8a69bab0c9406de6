"""打印一户一档、导出名单。"""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.documents.sheets import CONTENT_TYPE
from jiuzhu.web.registry.forms import HouseholdFilter
from jiuzhu.web.registry.requests import household_or_404
from jiuzhu.web.registry.services.printing import file_print, list_export

from .common import exporter, printer


@require_safe
@printer
def household_print(request: StaffRequest, household_id: str) -> HttpResponse:
    """一户一档的 PDF，每页带水印。"""
    household = household_or_404(request, household_id)
    pdf = file_print(household=household, actor=request.actor, scope=request.scope)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{household.household_id[-6:]}.pdf"'
    response["Content-Security-Policy"] = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"
    return response


@require_safe
@exporter
def households_export(request: StaffRequest) -> HttpResponse:
    """当前条件下的名单，至多一万户，姓名号码仍遮挡。"""
    form = HouseholdFilter(request.GET, scope=request.scope)
    sheet = list_export(filters=form.filters(), spoken=form.spoken(), actor=request.actor, scope=request.scope)
    response = HttpResponse(sheet, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = "attachment; filename*=UTF-8''%E5%AF%B9%E8%B1%A1%E5%90%8D%E5%8D%95.xlsx"
    return response
