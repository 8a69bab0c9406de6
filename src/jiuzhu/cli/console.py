"""写到终端：一处定好样式。终端关了也不因写不出去而中断停止的流程。"""

import contextlib

from rich.console import Console

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def say(text: str) -> None:
    """写一行；其中的方括号按原样写出。"""
    with contextlib.suppress(OSError):
        out.print(text, markup=False, soft_wrap=True)


def fail(text: str) -> None:
    """写一条错误到标准错误。"""
    with contextlib.suppress(OSError):
        err.print("错误：", style="bold red", end="")
        err.print(text, markup=False, soft_wrap=True)
