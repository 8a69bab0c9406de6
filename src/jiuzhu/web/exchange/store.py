"""批次库：接收好的规范表，一批一个文件，在 ``HOME/batches`` 下，用 SM4-GCM 封存。"""

from pathlib import Path

from django.conf import settings

from jiuzhu.engine.batches import BatchStore
from jiuzhu.web.ground.crypto import keyring

LABEL = "exchange.batch"


def batch_store() -> BatchStore:
    """批次库；设置变了（测试）也跟着变，所以每次现造。"""
    return BatchStore(Path(settings.HOME) / "batches", seal=_seal, unseal=_unseal)


def _seal(plain: bytes) -> bytes:
    return keyring.encrypt(plain, label=LABEL)


def _unseal(sealed: bytes) -> bytes:
    return keyring.decrypt(sealed, label=LABEL)
