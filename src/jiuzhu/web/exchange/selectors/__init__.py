"""数据交换的读取。别的部分只用这里的名字。"""

from .batches import (
    batch,
    batches,
    current_batches,
    current_of_source,
    every_batch,
    every_file,
    pending_batches,
    received_file,
    received_files,
    taken_batches,
)
from .matching import linkage_decisions

__all__ = [
    "batch",
    "batches",
    "current_batches",
    "current_of_source",
    "every_batch",
    "every_file",
    "linkage_decisions",
    "pending_batches",
    "received_file",
    "received_files",
    "taken_batches",
]
