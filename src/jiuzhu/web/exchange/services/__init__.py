"""数据交换的写入。别的部分只用这里的名字。"""

from .intake import batch_intake

__all__ = ["batch_intake"]
