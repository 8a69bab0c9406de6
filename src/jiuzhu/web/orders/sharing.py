"""附件给谁看：窗口、一线附在单上的材料，各承办单位都看得到；措施的材料只给首问单位与本单位看。"""

from django.db.models import CharField, Q
from django.db.models.functions import Cast

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.registry.services.reports import SUBJECT as REPORT

from .models import Order, OrderPart

ORDER, PART = "orders.order", "orders.part"


def readable_papers(scope: Scope) -> Q:
    """派到本单位的单上的附件，连同它由来的上报的附件。"""
    if scope.organisation_id is None:
        return Q(pk__in=[])
    mine = OrderPart.objects.within(scope).filter(organisation_id=scope.organisation_id, branch__isnull=False)
    orders = Order.objects.within(scope).filter(pk__in=mine.values("order_id"))
    keys = orders.annotate(text=Cast("pk", CharField())).values("text")
    reports = orders.filter(report__isnull=False).annotate(text=Cast("report_id", CharField())).values("text")
    return Q(subject_kind=ORDER, subject_key__in=keys) | Q(subject_kind=REPORT, subject_key__in=reports)
