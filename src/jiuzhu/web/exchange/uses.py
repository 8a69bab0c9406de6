"""一批数据被谁用过：别的部分在 ``AppConfig.batch_uses`` 里声明一个函数，这里收齐。"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.apps import apps
from django.utils.module_loading import import_string

from jiuzhu.web.access.scope import Scope

from .models import Batch


@dataclass(frozen=True)
class Use:
    """用过一次：叫什么、在哪一页、什么时候。"""

    title: str
    url: str
    at: datetime | None


Finder = Callable[[Scope, Batch], list[Use]]


def uses_of(scope: Scope, batch: Batch) -> list[Use]:
    """用过这一批的，新的在前。"""
    return [use for finder in _finders() for use in finder(scope, batch)]


@cache
def _finders() -> tuple[Finder, ...]:
    declared = [getattr(config, "batch_uses", "") for config in apps.get_app_configs()]
    return tuple(import_string(path) for path in declared if path)
