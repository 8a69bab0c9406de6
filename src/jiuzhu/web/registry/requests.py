"""各页都要的一户：按请求的范围取，看不到与没有一样。一户一档与别的部分的页共用。"""

from django.http import Http404

from jiuzhu.web.access.request import StaffRequest

from . import selectors
from .models import Household


def household_or_404(request: StaffRequest, household_id: str) -> Household:
    """看得到的一户，派给本单位的也算。"""
    found = selectors.household(request.scope, household_id)
    if found is None:
        raise Http404("没有这一户")
    return found


def governed_household_or_404(request: StaffRequest, household_id: str) -> Household:
    """所辖的一户：只因派单才看得到的不算。"""
    if not request.scope.areas:
        raise Http404("没有这一户")
    return household_or_404(request, household_id)
