"""审计、流程里怎么称呼一张单：一律遮挡。"""

from jiuzhu.web.audit.services import Subject
from jiuzhu.web.divisions.selectors import short_path_of
from jiuzhu.web.registry.sharing import SUBJECT as HOUSEHOLD

from .models import Order

ORDER = "orders.order"


def subject_of(order: Order) -> tuple[str, str]:
    """流程事由：有户的是户，承办单位由此看得到这一户；没有户的是单自己（编号随后补上）。"""
    if order.household is not None:
        return HOUSEHOLD, order.household.household_id
    return ORDER, ""


def label_of(order: Order) -> str:
    """``河湾乡 柳树村 张*家：医疗类预警（紧急）``。"""
    return f"{short_path_of(order.division_code)} {order.who}：{order.title}{'（紧急）' if order.urgent else ''}"[:120]


def order_subject(order: Order) -> Subject:
    """审计里的叫法。"""
    return Subject(ORDER, str(order.pk), f"{order.number} {order.who}")
