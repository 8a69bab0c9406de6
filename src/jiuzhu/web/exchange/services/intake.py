"""取出一批的规范表。"""

from jiuzhu.engine.batches import BatchIntake
from jiuzhu.web.exchange.models import Batch
from jiuzhu.web.exchange.store import batch_store

from .quarantine import fixes_applied, standing_fixes


def batch_intake(batch: Batch) -> BatchIntake:
    """解封一批，叠上改好的行；文件标签是这一批的 ``file_name``。

    抛 ``BatchError``：批次库里没有；``DecryptError``：被改过或缺密钥。
    """
    intake = batch_store().read(batch.key)
    named = intake if intake.label == batch.file_name else intake.labelled(batch.file_name)
    return fixes_applied(named, standing_fixes(batch))
