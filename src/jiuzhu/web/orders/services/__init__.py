"""派单能做的事。别的部分只用这里的名字。"""

from .asking import household_ask
from .batch import Made, Opening, Wanted
from .handling import measure_add, measure_withdraw, part_accept, part_feed_back, part_return
from .needs import Need
from .opening import order_open
from .sending import order_send, part_add, part_insist, part_reassign, part_withdraw
from .settings import setting_set
from .telling import orders_tell

__all__ = [
    "Made",
    "Need",
    "Opening",
    "Wanted",
    "household_ask",
    "measure_add",
    "measure_withdraw",
    "order_open",
    "order_send",
    "orders_tell",
    "part_accept",
    "part_add",
    "part_feed_back",
    "part_insist",
    "part_reassign",
    "part_return",
    "part_withdraw",
    "setting_set",
]
