"""取原件。"""

from collections.abc import Iterator

from django.db import transaction

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.documents import vault
from jiuzhu.web.exchange.models import Batch

from .common import file_subject


@transaction.atomic
def original_open(*, batch: Batch, actor: Actor) -> Iterator[bytes]:
    """逐块取出原件，记一笔。"""
    pieces = vault.read(batch.received.name)
    record(actor=actor, action="exchange.file_read", subject=file_subject(batch.received))
    return pieces
