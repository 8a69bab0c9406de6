"""成效：近一年预警后来怎样，命中多少。"""

from typing import Any

from django.core.cache import cache
from django.http import QueryDict

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.monitoring.effect import REFERENCE_HIT_RATE, effect_of
from jiuzhu.web.monitoring.effect.forms import EffectFilter

KEEP_SECONDS = 300


def build(request: StaffRequest) -> dict[str, Any] | None:
    """几个大数；近一年没有预警则不显示。数按片区留五分钟。"""
    filters = EffectFilter(QueryDict(), scope=request.scope).filters()
    key = f"monitoring.effect:{','.join(request.scope.areas)}:{filters.since}:{filters.until}"
    effect = cache.get(key)
    if effect is None:
        effect = effect_of(request.scope, filters)
        cache.set(key, effect, KEEP_SECONDS)
    if not effect.total.warned:
        return None
    return {"effect": effect, "period": filters.period, "reference": REFERENCE_HIT_RATE}
