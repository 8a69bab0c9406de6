"""哪几次监测读过一批数据；在批次页上列出来。"""

from django.urls import reverse

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.exchange.models import Batch
from jiuzhu.web.exchange.uses import Use

from .models import RunFile

LATEST = 20


def runs_using(scope: Scope, batch: Batch) -> list[Use]:
    """读过这一批的监测，新的在前；只列看得到的。"""
    rows = RunFile.objects.within(scope).filter(batch=batch).select_related("run").order_by("-run__number")
    return [
        Use(str(row.run), reverse("monitoring:run", args=[row.run.number]), row.run.finished_at)
        for row in rows[:LATEST]
    ]
