"""找到正在运行的实例，让本进程或子进程用它的数据库。"""

import os
from pathlib import Path

from jiuzhu.errors import JiuzhuError
from jiuzhu.supervisor.home import Home, read_instance

from .places import default_home


def instance_environment(home: Path | None) -> dict[str, str]:
    """Django 所需的环境变量；没有在运行的实例、也没有 ``DATABASE_URL`` 时报错。"""
    place = Home((home or default_home()).expanduser().resolve())
    database_url = os.environ.get("DATABASE_URL") or read_instance(place).get("database_url")
    if not database_url:
        raise JiuzhuError(f"数据目录 {place.root} 没有正在运行的平台。请先用 jiuzhu up 启动。", code="not_running")
    return {
        "JIUZHU_HOME": str(place.root),
        "DATABASE_URL": str(database_url),
        "DJANGO_SETTINGS_MODULE": "jiuzhu.config.settings",
    }


def load_web(home: Path | None) -> None:
    """在本进程里载入网页部分；已载入的（测试里）不再载入。"""
    from django.apps import apps

    if apps.ready:
        return
    os.environ.update(instance_environment(home))
    import django

    django.setup()
