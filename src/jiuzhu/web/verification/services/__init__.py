"""核对能做的事。别的部分只用这里的名字。"""

from .authorisations import authorisation_record, authorisation_withdraw, consent_record, consent_withdraw
from .batch_reports import batch_export, batch_reports_run, batch_reports_start, papers_zip, rows_chosen
from .batches import ListFile, batch_run, batch_start
from .checks import check_read, check_start, check_watch
from .enquiries import connector_save, connector_test, enquiries_due, enquiries_open, enquiry_send
from .objections import objection_answer, objection_open, objection_told
from .recognition import recognition_answer
from .replaying import check_replay
from .reports import report_issue, reports_issue

__all__ = [
    "ListFile",
    "authorisation_record",
    "authorisation_withdraw",
    "batch_export",
    "batch_reports_run",
    "batch_reports_start",
    "batch_run",
    "batch_start",
    "check_read",
    "check_replay",
    "check_start",
    "check_watch",
    "connector_save",
    "connector_test",
    "consent_record",
    "consent_withdraw",
    "enquiries_due",
    "enquiries_open",
    "enquiry_send",
    "objection_answer",
    "objection_open",
    "objection_told",
    "papers_zip",
    "recognition_answer",
    "report_issue",
    "reports_issue",
    "rows_chosen",
]
