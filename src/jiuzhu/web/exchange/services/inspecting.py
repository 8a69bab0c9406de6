"""看一个收到的文件：里面有几张数据表、各是什么来源、各列对应什么。

上传的留作待确认，由人看过再收；文件夹、数据库来的认得出就直接收，认不出的留给人。
"""

import json
import logging
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from jiuzhu.engine.catalog.headers import normalise_word
from jiuzhu.engine.errors import EngineError
from jiuzhu.engine.intake.raw import RawTable
from jiuzhu.engine.offers import ColumnGuess, Offer, Opened, look, open_offer
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.documents import vault
from jiuzhu.web.exchange.claims import INSPECT, claimed
from jiuzhu.web.exchange.limits import check_rows, check_unpacked
from jiuzhu.web.exchange.models import Batch, ColumnMapping, ReceivedFile
from jiuzhu.web.exchange.models.batch import Channel
from jiuzhu.web.exchange.selectors.batches import every_file
from jiuzhu.web.exchange.sources import catalog, organisation_for, own_sources
from jiuzhu.web.ground.errors import ServiceError

from .common import MOST_ATTEMPTS, SYSTEM, batch_subject, file_subject, next_number
from .placing import held_back, place_automatically
from .recognising import list_take
from .returns import is_returned_list
from .taking import batch_take_table

logger = logging.getLogger(__name__)
UNEXPECTED = "看这个文件的途中出现意外错误，详情已写入后台日志。文件还在，请再报一次；仍不行请告诉管理员。"
STOPPED = "看这个文件的途中后台一再停止（多半是内存不足），已不再自动重做。请分成几个小一些的文件再报。"
EVERYTHING = Scope.everything()


def file_inspect(*, received_id: int) -> bool:
    """看一个文件；别的进程正在看、看过了的略过。无论成败都留下说明。"""
    with claimed(INSPECT, received_id) as mine:
        received = every_file().filter(pk=received_id, inspected_at=None, dropped_at=None, error_code="").first()
        if not mine or received is None:
            return False
        if received.attempts >= MOST_ATTEMPTS:
            _fail(received, "stopped", STOPPED)
            return False
        every_file().filter(pk=received_id).update(attempts=F("attempts") + 1)
        try:
            _inspect(received)
        except (EngineError, ServiceError) as error:
            _fail(received, error.code, error.message)
        except Exception as error:  # 后台任务的最外层：什么错都要落到状态上
            logger.exception("看文件 %s 出错", received_id)
            _fail(received, type(error).__name__, UNEXPECTED)
        return True


def _inspect(received: ReceivedFile) -> None:
    data = vault.read_all(received.name)
    check_unpacked(data)
    opened = open_offer(data, received.file_name, catalog())
    if received.channel == Channel.UPLOAD and any(is_returned_list(table) for table in opened.tables):
        list_take(received, data)
        return
    del data
    made = _batches_made(received, opened)
    for batch, table in made:
        if batch.confirmed_at is not None:
            batch_take_table(batch_id=batch.pk, table=table)


@transaction.atomic
def _batches_made(received: ReceivedFile, opened: Opened) -> list[tuple[Batch, RawTable]]:
    """各表登记为批次；被杀了重来，先前登记的还在，不再登记一遍。"""
    locked = ReceivedFile.objects.within(EVERYTHING).select_for_update(of=("self",)).get(pk=received.pk)
    if locked.inspected_at is not None:
        return []
    several = len(opened.tables) > 1
    made = [(_batch_made(locked, table, opened, several=several), table) for table in opened.tables]
    locked.inspected_at = timezone.now()
    locked.save(update_fields=["inspected_at"])
    return made


def _batch_made(received: ReceivedFile, table: RawTable, opened: Opened, *, several: bool) -> Batch:
    offer, remembered = _offer(received, table)
    check_rows(offer.rows)
    label = f"{received.file_name}#{offer.sheet}" if several else received.file_name
    organisation = received.organisation
    if organisation is None and offer.source:
        organisation = organisation_for(offer.source, received.division_code)
    batch = Batch(
        number=next_number(received.division_code),
        division_code=received.division_code,
        organisation=organisation,
        received=received,
        source=offer.source,
        channel=received.channel,
        file_name=label[:300],
        table=offer.sheet[:120],
        received_at=received.received_at,
        by=received.by,
        by_name=received.by_name,
        content_digest=received.digest,
        rows_total=offer.rows,
        encoding=offer.encoding,
        guesses=_guesses(offer),
        columns=columns_kept(offer.columns),
        mapping=remembered,
        counts={"notices": [text for _, text in opened.notes]} if opened.notes else {},
    )
    automatic = received.channel in (Channel.FOLDER, Channel.DATABASE) and bool(offer.source)
    if automatic and (held := held_back(batch)):
        batch.counts["held"] = held  # 收好之后 counts 重写，这句话就没有了
        automatic = False
    if automatic:
        place_automatically(batch)
    else:
        batch.sample = json.dumps(dict(offer.sample), ensure_ascii=False)
        batch.save()
    record(
        actor=Actor.system(SYSTEM, division_code=batch.division_code),
        action="exchange.batch_offer",
        subject=batch_subject(batch),
        after={"source": offer.source, "rows": offer.rows, "confirmed": automatic},
    )
    return batch


def _offer(received: ReceivedFile, table: RawTable) -> tuple[Offer, dict[str, str]]:
    """先看有没有记住的对应；没有再认。部门报的，只在它自己的来源里找第一选择。"""
    offer = look(table, catalog(), source=received.source_hint)
    kept = remembered_mapping(received, [column.header for column in offer.columns])
    if kept is not None and kept.source in catalog().sources:
        again = look(table, catalog(), source=kept.source, mapping=kept.mapping)
        if again.source:
            return again, dict(kept.mapping)
    if not offer.source and received.organisation is not None:
        own = own_sources(received.organisation.department)
        near = [guess.source for guess in offer.guesses if guess.source in own and guess.columns > 1]
        if len(own) == 1 and near == own:
            again = look(table, catalog(), source=own[0])
            return (again if again.source else offer), {}
    return offer, {}


def remembered_mapping(received: ReceivedFile, headers: list[str]) -> ColumnMapping | None:
    """这个县、这个单位、这样一行表头，上次定下的对应。"""
    rows = ColumnMapping.objects.within(EVERYTHING).filter(
        division_code=received.division_code, header_digest=header_digest(headers)
    )
    return rows.filter(organisation_id=received.organisation_id).first()


def header_digest(headers: list[str]) -> str:
    """一行表头的摘要：归一之后的写法，次序不同算另一种。"""
    return sha256("\n".join(normalise_word(text) for text in headers).encode()).hexdigest()


def columns_kept(columns: tuple[ColumnGuess, ...]) -> list[dict[str, str]]:
    """各列存成 JSON 的样子。"""
    return [{"header": column.header, "field": column.field, "how": column.how} for column in columns]


def _guesses(offer: Offer) -> list[dict[str, Any]]:
    return [
        {"source": guess.source, "title": guess.title, "columns": guess.columns, "score": guess.score}
        for guess in offer.guesses
    ]


@transaction.atomic
def _fail(received: ReceivedFile, code: str, message: str) -> None:
    changed = every_file().filter(pk=received.pk, error_code="").update(error_code=code[:60], error_text=message)
    if changed:
        record(
            actor=Actor.system(SYSTEM, division_code=received.division_code),
            action="exchange.file_fail",
            subject=file_subject(received),
            after={"error_code": code},
        )
