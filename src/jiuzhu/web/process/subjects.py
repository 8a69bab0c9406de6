"""事由自己的页、任务自己的页。

任务由别的部分的页来办的，在 AppConfig 写 ``task_pages = {"流程代码": ("页名", "要的权限")}``，页名的参数是任务编号；
事由自己的页：各部分在 AppConfig 写 ``subject_pages = {"事由种类": ("页名", "要的权限")}``，流程据此给出去看的链接。
"""

from contextlib import suppress
from typing import Any

from django.apps import apps
from django.urls import NoReverseMatch, reverse

from .models import Instance, Task


def subject_page(user: Any, instance: Instance) -> str:
    """这件事说的是谁、什么情况，到哪一页看；没有这样的页或无权看即为空。"""
    for config in apps.get_app_configs():
        route, permission = getattr(config, "subject_pages", {}).get(instance.subject_kind, ("", ""))
        if route and user.has_perm(permission):
            with suppress(NoReverseMatch):  # 旧事项的编号可能不合现在的写法
                return reverse(route, args=[instance.subject_key])
    return ""


def page_of_task(user: Any, task: Task) -> str:
    """这项任务到哪一页去办；就在流程自己的页上办的为空。"""
    code = task.instance.definition.code
    for config in apps.get_app_configs():
        route, permission = getattr(config, "task_pages", {}).get(code, ("", ""))
        if route and user.has_perm(permission):
            return reverse(route, args=[task.pk])
    return ""
