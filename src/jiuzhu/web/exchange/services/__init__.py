"""数据交换的写入。别的部分只用这里的名字。"""

from .intake import batch_intake
from .matching import match_agree, match_decide, match_refuse, match_reveal, match_undo
from .pairing import matches_refresh
from .quarantine import fix_undo, row_fix, row_reveal, row_try
from .returns import rows_returned, rows_sent

__all__ = [
    "batch_intake",
    "fix_undo",
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
]
