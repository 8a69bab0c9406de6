"""各项写入共用：先锁后写，审计里怎么称呼。"""

from django.db import transaction

from jiuzhu.web.audit.services import Subject
from jiuzhu.web.divisions.models import DivisionStamp, Organisation
from jiuzhu.web.divisions.names import NAMES


def lock() -> None:
    """区划一次只由一个事务改：锁住版本行，事务结束时放开；手里的地名随之作废。"""
    DivisionStamp.objects.select_for_update().first()
    NAMES.forget()
    transaction.on_commit(NAMES.forget)


def division_subject(code: str, name: str) -> Subject:
    """审计里的一处区划。"""
    return Subject(kind="divisions.division", key=code, label=name)


def organisation_subject(organisation: Organisation) -> Subject:
    """审计里的一个机构。"""
    return Subject(kind="divisions.organisation", key=str(organisation.pk), label=organisation.name)
