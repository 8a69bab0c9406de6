"""把事情交给后台。

任务登记在当前的数据库事务里：一起成，一起不成；别的后台进程要等提交之后才看得到。直接用 ``app`` 交的，
在后台进程里走的是它自己的连接，事务还没有提交任务就可能开始，找不到要办的那一行。
"""

from typing import Any

from procrastinate import App
from procrastinate.contrib.django.django_connector import DjangoConnector

_app = App(connector=DjangoConnector(alias="default"))


def defer(task: str, *, queue: str, **arguments: Any) -> int:
    """交给后台，返回任务号。"""
    return int(_app.configure_task(task, queue=queue).defer(**arguments))
