"""政策与规则手册的读取，一律按范围。"""

from .documents import document, document_files, documents, documents_with_files
from .ledger import open_draft, programme, programme_changes, programmes
from .rulebook import (
    in_force_version,
    latest_published,
    next_number,
    rulebook_folder,
    rulebook_keep,
    rulebook_of,
    rulebook_version,
    rulebook_versions,
    version_folder,
)

__all__ = [
    "document",
    "document_files",
    "documents",
    "documents_with_files",
    "in_force_version",
    "latest_published",
    "next_number",
    "open_draft",
    "programme",
    "programme_changes",
    "programmes",
    "rulebook_folder",
    "rulebook_keep",
    "rulebook_of",
    "rulebook_version",
    "rulebook_versions",
    "version_folder",
]
