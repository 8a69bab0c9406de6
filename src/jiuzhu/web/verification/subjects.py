"""审计里怎么称呼核对的各样东西：一律遮挡。"""

from jiuzhu.web.audit.services import Subject
from jiuzhu.web.registry.subjects import household_label

from .models import Authorisation, Check, Objection

OBJECTION = "verification.objection"


def authorisation_subject(row: Authorisation) -> Subject:
    """授权书。"""
    return Subject("verification.authorisation", str(row.pk), f"{row.number} {household_label(row.household)}")


def check_subject(row: Check) -> Subject:
    """一次核对。"""
    return Subject("verification.check", str(row.pk), f"{row.number} {household_label(row.household)}")


def objection_subject(row: Objection) -> Subject:
    """一次异议。"""
    return Subject(OBJECTION, str(row.pk), f"{row.check_run.number} 的异议")
