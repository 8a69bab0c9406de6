"""程序自己的情况：认得哪些迁移。要载入 Django，所以单独一个模块，用到才导入。"""

import os


def load_django() -> None:
    """让本进程可用 Django；已经载入的不再载入。"""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiuzhu.config.settings")
    import django  # noqa: PLC0415
    from django.apps import apps  # noqa: PLC0415

    if not apps.ready:
        django.setup()


def known_migrations() -> set[str]:
    """程序里有的全部迁移，``应用.名称``。"""
    load_django()
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415

    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
