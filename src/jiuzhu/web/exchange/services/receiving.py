"""收下一个文件：内容已加密存进库房，这里登记，交给后台去看。"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents import vault
from jiuzhu.web.documents.content import clean_name
from jiuzhu.web.documents.vault import Stored
from jiuzhu.web.exchange.errors import ExchangeError
from jiuzhu.web.exchange.limits import LARGEST, too_large
from jiuzhu.web.exchange.models import ReceivedFile
from jiuzhu.web.exchange.models.batch import Channel
from jiuzhu.web.exchange.selectors.batches import every_batch, every_file
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.ground.templatetags.ground import cn_date

from .common import INSPECT_TASK, defer, file_subject, moment


@dataclass(frozen=True)
class Arrival:
    """从哪里、以什么名义来的。``path``、``stamp`` 只有文件夹渠道有。"""

    division_code: str
    channel: Channel
    file_name: str
    organisation: Organisation | None = None
    path: str = ""
    stamp: str = ""
    source_hint: str = ""


def file_receive(*, stored: Stored, arrival: Arrival, actor: Actor, now: datetime | None = None) -> ReceivedFile:
    """登记一个已存进库房的文件，交给后台去看。收不下的，库房里的一并拿走。

    抛 ``ExchangeError``：空的、太大的；``Conflict``：与在用的或待确认的一个文件内容完全相同（same_file）。
    """
    try:
        return _receive(stored, arrival, actor, moment(now))
    except BaseException:
        vault.remove(stored.name)
        raise


@transaction.atomic
def _receive(stored: Stored, arrival: Arrival, actor: Actor, now: datetime) -> ReceivedFile:
    if not stored.size:
        raise ExchangeError("这是一个空文件，没有收下。请看看原文件能不能打开，再传一次。", code="empty_file")
    if arrival.channel == Channel.UPLOAD and stored.size > LARGEST:
        raise too_large(stored.size)
    _refuse_same(stored, arrival)
    received = ReceivedFile.objects.create(
        name=stored.name,
        size=stored.size,
        digest=stored.digest,
        subject_kind="exchange.batch",
        division_code=arrival.division_code,
        organisation=arrival.organisation,
        channel=arrival.channel,
        file_name=file_label(arrival.file_name) if arrival.channel == Channel.FOLDER else clean_name(arrival.file_name),
        path=arrival.path,
        stamp=arrival.stamp,
        source_hint=arrival.source_hint,
        received_at=now,
        by_id=actor.user_id,
        by_name=actor.name,
    )
    received.job_id = defer(INSPECT_TASK, received_id=received.pk)
    received.save(update_fields=["job_id"])
    facts = {"channel": arrival.channel, "size": stored.size, "digest": stored.digest}
    record(actor=actor, action="exchange.file_receive", subject=file_subject(received), after=facts)
    return received


@transaction.atomic
def file_drop(*, received: ReceivedFile, actor: Actor, scope: Scope, now: datetime | None = None) -> None:
    """不报了：还没有确认的文件，连同它的各批一起放弃；登记留着，内容从库房删去。

    抛 ``Conflict``：已有确认过的批次（batch_confirmed）。
    """
    locked = ReceivedFile.objects.within(scope).select_for_update(of=("self",)).get(pk=received.pk)
    drafts = every_batch().filter(received=locked)
    if drafts.filter(confirmed_at__isnull=False).exists():
        raise Conflict("这个文件已经确认接收，不能放弃；要作废，请到批次页撤回。", code="batch_confirmed")
    if locked.dropped_at is not None:
        return
    gone, blank = locked.name, vault.store([b""])
    locked.dropped_at, locked.name, locked.size = moment(now), blank.name, 0
    locked.save(update_fields=["dropped_at", "name", "size"])
    transaction.on_commit(lambda: vault.remove(gone))
    drafts.filter(withdrawn_at=None).update(withdrawn_at=locked.dropped_at, withdrawn_by=actor.name, sample=None)
    record(actor=actor, action="exchange.file_drop", subject=file_subject(locked))


def file_label(path: str) -> str:
    """文件夹里的位置作标签：太长的只留末尾。"""
    return path if len(path) <= 250 else f"…{path[-249:]}"


def _refuse_same(stored: Stored, arrival: Arrival) -> None:
    same = every_file().filter(division_code=arrival.division_code, digest=stored.digest, dropped_at=None)
    for other in same.filter(error_code="").order_by("-received_at"):
        kept = every_batch().filter(received=other, withdrawn_at=None, error_code="").order_by("number")
        if not other.is_waiting and not kept.exists():
            continue
        numbers = "、".join(f"第 {number} 批" for number in kept.values_list("number", flat=True))
        raise Conflict(
            f"内容与{cn_date(other.received_at)}收到的“{other.file_name}”"
            f"{f'（{numbers}）' if numbers else ''}完全相同，不必再报。如果本来要报新的，请检查是不是选错了文件。",
            code="same_file",
        )
