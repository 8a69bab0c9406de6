"""算过的成效留一会儿：数据没有变就不再算。与现算的相同，只有“超期”至多差一分钟。

数据变没变看一个戳：最近一环救助链（派单、接单、反馈、办结、排除、核实都记一环）、措施、回访、监测。
"""

from dataclasses import astuple
from hashlib import sha256

from django.core.cache import cache

from jiuzhu.web.access.scope import Scope

from .compute import Effect, effect_of, rows
from .filters import Filters

SECONDS = 60
STAMP = """
SELECT concat_ws('|',
    (SELECT max(id) FROM registry_event), (SELECT max(finished_at) FROM monitoring_run),
    (SELECT max(id) FROM orders_measure), (SELECT max(withdrawn_at) FROM orders_measure),
    (SELECT max(id) FROM orders_asked), (SELECT max(at) FROM monitoring_findingoutcome),
    (SELECT max(undone_at) FROM monitoring_findingoutcome)) AS stamp
"""


def effect_shown(scope: Scope, filters: Filters, *, by: str = "township") -> Effect:
    """同 ``effect_of``，给页面用；同一范围、同样的条件，数据没有变的，一分钟之内不再算。"""
    stamp = rows(STAMP, {})[0]["stamp"]
    asked = (scope.areas, scope.organisation_id, scope.user_id, astuple(filters), by, stamp)
    key = f"monitoring.effect:{sha256(repr(asked).encode()).hexdigest()}"
    kept = cache.get(key)
    if isinstance(kept, Effect):
        return kept
    effect = effect_of(scope, filters, by=by)
    cache.set(key, effect, SECONDS)
    return effect
