"""左侧栏目：各部分在自己的 ``AppConfig.menu`` 里声明，这里收齐、按岗位取舍。"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from django.apps import apps

SECTIONS = {
    1: "", 2: "办事", 3: "人和户", 4: "监测预警", 5: "数据", 6: "政策与规则", 7: "文书与公告", 8: "办法与账号", 9: "管理",
}  # fmt: skip


@dataclass(frozen=True)
class MenuItem:
    """左侧栏目的一项。

    ``area`` 是算作“在此栏目”的网址名；``permission`` 为空表示人人可见；``order`` 小的在前，
    它的十位数定归哪一组（``SECTIONS``）。
    """

    title: str
    icon: str
    route: str
    area: tuple[str, ...]
    permission: str = ""
    order: int = 50


@cache
def all_items() -> tuple[MenuItem, ...]:
    """全部栏目，按次序。"""
    items = [item for config in apps.get_app_configs() for item in getattr(config, "menu", ())]
    return tuple(sorted(items, key=lambda item: item.order))


def sections(chosen: Iterable[MenuItem]) -> list[tuple[str, list[MenuItem]]]:
    """分组：组名与其中各项，没有的组不列。"""
    return [(SECTIONS[tens], list(items)) for tens, items in groupby(chosen, key=lambda item: item.order // 10)]
