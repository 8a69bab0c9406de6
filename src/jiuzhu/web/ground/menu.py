"""左侧栏目：各部分在自己的 ``AppConfig.menu`` 里声明，这里收齐、按岗位取舍。"""

from dataclasses import dataclass
from functools import cache

from django.apps import apps


@dataclass(frozen=True)
class MenuItem:
    """左侧栏目的一项。

    ``area`` 是算作“在此栏目”的网址名；``permission`` 为空表示人人可见；``order`` 小的在前。
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
