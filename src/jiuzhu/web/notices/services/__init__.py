"""通知的写入：发通知、发公告、撤回、标为看过、清理。别的部分只用这里的名字。"""

from .announce import announcement_publish, announcement_withdraw
from .reading import receipts_read, receipts_read_all
from .send import notice_send
from .upkeep import notices_clean

__all__ = [
    "announcement_publish",
    "announcement_withdraw",
    "notice_send",
    "notices_clean",
    "receipts_read",
    "receipts_read_all",
]
