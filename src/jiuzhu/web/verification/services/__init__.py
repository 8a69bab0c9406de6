"""核对能做的事。别的部分只用这里的名字。"""

from .authorisations import authorisation_record, authorisation_withdraw, consent_record, consent_withdraw
from .checks import check_read, check_start
from .objections import objection_answer, objection_open
from .reports import report_issue

__all__ = [
    "authorisation_record",
    "authorisation_withdraw",
    "check_read",
    "check_start",
    "consent_record",
    "consent_withdraw",
    "objection_answer",
    "objection_open",
    "report_issue",
]
