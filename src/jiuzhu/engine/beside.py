"""主线之外同时做的事:写文件一条线,不必等主线的计算一条线。"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self


class Beside:
    """``with Beside() as beside: ...``;出块时等已开始的做完,没开始的不做。

    写文件的一次只写一样,先交的先写:几样一起写,主线就分不到处理器。
    """

    def __init__(self) -> None:
        self._writer, self._worker = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self._written: list[Future[None]] = []

    def write[**Given](self, task: Callable[Given, None], *args: Given.args, **options: Given.kwargs) -> None:
        """排队写一样;出的错在 ``finish`` 里抛出。"""
        self._written.append(self._writer.submit(task, *args, **options))

    def work[**Given, Done](
        self, task: Callable[Given, Done], *args: Given.args, **options: Given.kwargs
    ) -> Future[Done]:
        """同时算一样;出的错在取结果时抛出。"""
        return self._worker.submit(task, *args, **options)

    def finish(self) -> None:
        """等全部写完。"""
        for written in self._written:
            written.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for pool in (self._writer, self._worker):
            pool.shutdown(cancel_futures=True)
