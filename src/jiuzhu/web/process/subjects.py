"""事由自己的页：各部分在 AppConfig 写 ``subject_pages = {"事由种类": ("页名", "要的权限")}``，流程据此给出去看的链接。"""

from contextlib import suppress
from typing import Any

from django.apps import apps
from django.urls import NoReverseMatch, reverse

from .models import Instance


def subject_page(user: Any, instance: Instance) -> str:
    """这件事说的是谁、什么情况，到哪一页看；没有这样的页或无权看即为空。"""
    for config in apps.get_app_configs():
        route, permission = getattr(config, "subject_pages", {}).get(instance.subject_kind, ("", ""))
        if route and user.has_perm(permission):
            with suppress(NoReverseMatch):  # 旧事项的编号可能不合现在的写法
                return reverse(route, args=[instance.subject_key])
    return ""
