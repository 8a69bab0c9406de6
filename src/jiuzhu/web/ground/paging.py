"""分页:每页 50 行;页码写错时回到第一页,超出时到最后一页。"""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

ROWS = 50


def paged(rows: QuerySet[Any] | Sequence[Any], number: str | None) -> Page[Any]:
    """一页,附 ``window``:页码条上要显示的页号,空缺处为 None。"""
    page = Paginator(rows, ROWS).get_page(number)
    page.window = list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))  # type: ignore[attr-defined]
    return page


class LazyRows(Sequence[Any]):
    """给 ``Paginator`` 用的按段读取:总数与切片各由一个函数给出。"""

    def __init__(self, *, count: int, fetch: Any) -> None:
        self.count_rows = count
        self.fetch = fetch

    def __len__(self) -> int:
        return self.count_rows

    def __getitem__(self, key: Any) -> Any:
        start = key.start or 0
        return self.fetch(start, (key.stop if key.stop is not None else self.count_rows) - start)
