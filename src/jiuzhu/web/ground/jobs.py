"""把事情交给后台。

任务登记在当前的数据库事务里：一起成，一起不成；别的后台进程要等提交之后才看得到。直接用 ``app`` 交的，
在后台进程里走的是它自己的连接，事务还没有提交任务就可能开始，找不到要办的那一行。
"""

from typing import Any

from procrastinate import App
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.types import TimeDeltaParams

_app = App(connector=DjangoConnector(alias="default"))


def defer(task: str, *, queue: str, after_seconds: int = 0, **arguments: Any) -> int:
    """交给后台，返回任务号。``after_seconds`` 是至少过多少秒才办。"""
    later: TimeDeltaParams | None = {"seconds": after_seconds} if after_seconds else None
    return int(_app.configure_task(task, queue=queue, schedule_in=later).defer(**arguments))
