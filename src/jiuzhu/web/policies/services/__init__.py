"""政策与规则手册能做的事。别的部分只用这里的名字。"""

from .documents import document_file_add, document_file_withdraw, document_save
from .rulebook import rulebook_draft, rulebook_drop, rulebook_publish, rulebook_return, rulebook_submit
from .rulebook_edit import rulebook_bands_set, rulebook_change, rulebook_points_set, rulebook_rename

__all__ = [
    "document_file_add",
    "document_file_withdraw",
    "document_save",
    "rulebook_bands_set",
    "rulebook_change",
    "rulebook_draft",
    "rulebook_drop",
    "rulebook_points_set",
    "rulebook_publish",
    "rulebook_rename",
    "rulebook_return",
    "rulebook_submit",
]
