"""审计里怎么称呼一件申请。"""

from jiuzhu.web.audit.services import Subject

from .models import Application


def application_subject(application: Application) -> Subject:
    """``SQ20261122-000001（张*）``。"""
    return Subject("cases.application", str(application.pk), f"{application.number}（{application.who}）")
