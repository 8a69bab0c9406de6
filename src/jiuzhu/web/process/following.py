"""流程走了一步，跟着要记事的部分：在 ``AppConfig`` 写 ``process_followers = {"流程代码": "模块.函数"}``。

函数收到 ``(instance, events, *, actor, now)``，与这一步同一个事务；抛 ``ServiceError`` 则这一步没有办成。
这样不论从哪一页办、由人还是由定时办，都不会漏记。
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

from django.apps import apps
from django.utils.module_loading import import_string

from jiuzhu.web.audit.actor import Actor

from .models import Event, Instance


@cache
def _followers() -> Mapping[str, str]:
    declared = [getattr(config, "process_followers", {}) for config in apps.get_app_configs()]
    return {code: path for followers in declared for code, path in followers.items()}


def follow(instance: Instance, events: Sequence[Event], *, actor: Actor, now: datetime) -> None:
    """把这一步告诉声明了要跟着这个流程的部分。"""
    path = _followers().get(instance.definition.code)
    if path and events:
        import_string(path)(instance, events, actor=actor, now=now)
