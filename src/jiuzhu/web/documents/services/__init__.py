"""文书与附件的办理。别的部分只用这里的名字。"""

from .bulk import PaperItem, papers_render
from .papers import Watermark, letterhead_set, paper_open, paper_render, paper_revoke, print_render
from .uploads import UploadedContent, upload_open, upload_preview, upload_store, upload_withdraw

__all__ = [
    "PaperItem",
    "UploadedContent",
    "Watermark",
    "letterhead_set",
    "paper_open",
    "paper_render",
    "paper_revoke",
    "papers_render",
    "print_render",
    "upload_open",
    "upload_preview",
    "upload_store",
    "upload_withdraw",
]
