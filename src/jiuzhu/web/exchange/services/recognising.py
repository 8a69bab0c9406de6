"""上传的文件原来是退回去改好的清单：不另成一批，每一行回到它的批号与行号。"""

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.exchange.models import ReceivedFile

from .returns import rows_returned

COUNTY_WIDTH = 6


@transaction.atomic
def list_take(received: ReceivedFile, data: bytes) -> None:
    """以报送人的身份、报送单位的范围收下：部门只改得了本单位报的。抛错同 ``rows_returned``。"""
    locked = ReceivedFile.objects.within(Scope.everything()).select_for_update(of=("self",)).get(pk=received.pk)
    if locked.inspected_at is not None:
        return
    office = locked.organisation_id
    scope = Scope(role="system", areas=() if office else (locked.division_code[:COUNTY_WIDTH],), organisation_id=office)
    actor = Actor(locked.by_id, locked.by_name, division_code=locked.division_code)
    done = rows_returned(data=data, name=locked.file_name, division_code=locked.division_code, actor=actor, scope=scope)
    locked.returned = {
        "accepted": done.accepted,
        "faulty": done.faulty,
        "unchanged": done.unchanged,
        "unknown": done.unknown,
        "batches": [batch.pk for batch in done.batches],
    }
    locked.inspected_at = timezone.now()
    locked.save(update_fields=["returned", "inspected_at"])
