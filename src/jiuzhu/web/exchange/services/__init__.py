"""数据交换的写入。别的部分只用这里的名字。"""

from .confirming import Choice, batch_confirm, batch_preview, batch_remap, batch_retry, batch_withdraw, left_after
from .folder import FolderScan, folder_scan
from .intake import batch_intake
from .matching import match_agree, match_decide, match_refuse, match_reveal, match_undo
from .pairing import matches_refresh
from .placing import coming
from .quarantine import fix_undo, row_fix, row_reveal, row_try
from .receiving import Arrival, file_drop, file_receive
from .returns import rows_returned, rows_sent
from .sources import late_reminded, source_set
from .taking import batch_take, intake_finish

__all__ = [
    "Arrival",
    "Choice",
    "FolderScan",
    "batch_confirm",
    "batch_intake",
    "batch_preview",
    "batch_remap",
    "batch_retry",
    "batch_take",
    "batch_withdraw",
    "coming",
    "file_drop",
    "file_receive",
    "fix_undo",
    "folder_scan",
    "intake_finish",
    "late_reminded",
    "left_after",
    "match_agree",
    "match_decide",
    "match_refuse",
    "match_reveal",
    "match_undo",
    "matches_refresh",
    "row_fix",
    "row_reveal",
    "row_try",
    "rows_returned",
    "rows_sent",
    "source_set",
]
