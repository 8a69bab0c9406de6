"""派单的表：单、来由、各单位的一份、措施、回访、县里的设置。"""

from .order import Order, Source
from .part import Asked, Measure, OrderPart
from .setting import Setting

__all__ = ["Asked", "Measure", "Order", "OrderPart", "Setting", "Source"]
