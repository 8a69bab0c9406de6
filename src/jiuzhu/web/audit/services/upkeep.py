"""备份与恢复留痕。"""

from typing import Literal

from django.db import transaction

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry

from .record import Subject, record

TITLES = {"backup": "备份", "restore": "恢复"}


def upkeep_recorded(*, what: Literal["backup", "restore"], folder: str, by: str) -> Entry:
    """记下一次备份或恢复：哪一份（文件夹的名字），机器上的哪个系统用户做的。"""
    actor = Actor.system(f"命令行（系统用户 {by}）")
    with transaction.atomic():
        return record(actor=actor, action=f"audit.{what}_make", subject=Subject("audit.backup", folder, TITLES[what]))
