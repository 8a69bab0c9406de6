"""审计的写入：记一笔、成批记、加封、核验。别的部分只用这里的名字。"""

from .exports import export_recorded, seal_downloaded
from .record import Change, Subject, record, record_many
from .seals import chain_verify, seal_make
from .upkeep import upkeep_recorded

__all__ = [
    "Change",
    "Subject",
    "chain_verify",
    "export_recorded",
    "record",
    "record_many",
    "seal_downloaded",
    "seal_make",
    "upkeep_recorded",
]
