"""眼下在办哪个请求、哪个后台任务：写日志时随行带上。"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

Fields = Mapping[str, object]
_current: ContextVar[Callable[[], Fields] | None] = ContextVar("jiuzhu_log_fields", default=None)


@contextmanager
def bound(fields: Callable[[], Fields]) -> Iterator[None]:
    """在此期间写的每一行都带上 ``fields()``；到写的那一刻才取，登录后才知道的也取得到。"""
    token = _current.set(fields)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Fields:
    """眼下要带上的各项；没有就是空。"""
    fields = _current.get()
    return fields() if fields is not None else {}
