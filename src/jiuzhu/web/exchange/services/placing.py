"""一批数据与以前各批的关系：文件夹来的由文件的去留推出，上传的由人选。"""

from collections.abc import Iterable
from pathlib import Path

from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.exchange.claims import PLACE, wait_turn
from jiuzhu.web.exchange.current import effective
from jiuzhu.web.exchange.folders import is_present
from jiuzhu.web.exchange.models import Batch, Connection
from jiuzhu.web.exchange.models.batch import Channel, Mode, State
from jiuzhu.web.exchange.selectors.batches import HEAVY, every_batch

from .common import TAKE_TASK, defer

EVERYTHING = Scope.everything()
FEW = 0.5  # 行数不到现用的这么多，要人想一想
FEW_TO_MIND = 20  # 原来就没几行的不管


def place_automatically(batch: Batch) -> None:
    """定下怎样用，登记为已确认，交给后台去收。须在事务里；同一来源的一个一个来，两个文件不会互相顶掉。

    同一位置的文件改了，更正那一批；别的文件还在文件夹里，加在旁边；都拿走了，换掉以前的。
    """
    wait_turn(PLACE, f"{batch.division_code} {batch.source}")
    batch.mode, batch.replaces = _mode(batch)
    confirm_now(batch)


def held_back(batch: Batch) -> str:
    """自动来的一批若要换下多得多的数据（拷了一半、导出时少选了），不自动换，留给人核对；返回说明，没有为空文本。

    顺便写上它本来要怎样用，核对时照此选好。
    """
    mode, replaces = _mode(batch)
    if mode == Mode.SUPPLEMENT:
        return ""
    gone = [replaces] if replaces else coming(batch.division_code, batch.source)
    rows = sum(item.counts.get("rows_read", item.rows_total) for item in gone)
    if rows < FEW_TO_MIND or batch.rows_total >= rows * FEW:
        return ""
    batch.mode, batch.replaces = mode, replaces
    return (
        f"只有 {batch.rows_total:,} 行，要换下的有 {rows:,} 行，没有自动换上。可能没有拷完、导出时少选了；"
        "请核对，确实如此再确认。"
    )


def confirm_now(batch: Batch) -> None:
    """写上确认时间、不重的标签，交给后台。须在事务里。"""
    batch.confirmed_at = timezone.now()
    batch.file_name = label_of(batch)
    batch.sample = None
    batch.save()
    batch.job_id = defer(TAKE_TASK, batch_id=batch.pk)
    batch.save(update_fields=["job_id"])


def label_of(batch: Batch) -> str:
    """引擎里的文件标签：同时在用的各批不重名，重了就写明批号。"""
    others = every_batch().filter(
        division_code=batch.division_code, file_name=batch.file_name, withdrawn_at=None, confirmed_at__isnull=False
    )
    if batch.pk:
        others = others.exclude(pk=batch.pk)
    if batch.mode == Mode.FULL:
        others = others.exclude(source=batch.source)
    elif batch.replaces_id is not None:
        others = others.exclude(pk=batch.replaces_id)
    return f"{batch.file_name[:280]}（第 {batch.number} 批）" if others.exists() else batch.file_name


def coming(division_code: str, source: str) -> list[Batch]:
    """这个来源在用的与就要在用的（确认了还没收好的）各批。"""
    states = Batch.state_filter(State.TAKEN) | Batch.state_filter(State.QUEUED) | Batch.state_filter(State.TAKING)
    rows = every_batch().filter(states, division_code=division_code, source=source).select_related("received")
    return effective(rows)


def coming_each(batches: Iterable[Batch]) -> dict[tuple[str, str], list[Batch]]:
    """这些批次所在的县、所属的来源，各自在用与就要在用的各批；不论几个来源，只查一次。"""
    wanted = {(batch.division_code, batch.source) for batch in batches if batch.source}
    states = Batch.state_filter(State.TAKEN) | Batch.state_filter(State.QUEUED) | Batch.state_filter(State.TAKING)
    places, sources = {place for place, _ in wanted}, {source for _, source in wanted}
    rows = every_batch().filter(states, division_code__in=places, source__in=sources).defer(*HEAVY)
    found: dict[tuple[str, str], list[Batch]] = {key: [] for key in wanted}
    for row in rows:
        found.setdefault((row.division_code, row.source), []).append(row)
    return {key: effective(found[key]) for key in wanted}


def _mode(batch: Batch) -> tuple[Mode, Batch | None]:
    if batch.channel == Channel.DATABASE:
        rows = Connection.objects.within(EVERYTHING).filter(division_code=batch.division_code, source=batch.source)
        chosen = rows.values_list("mode", flat=True).first()
        return Mode(chosen or Mode.FULL), None
    used = [item for item in coming(batch.division_code, batch.source) if item.channel == Channel.FOLDER]
    path = batch.received.path
    same = next((item for item in used if item.received.path == path and item.table == batch.table), None)
    if same is not None:
        return Mode.CORRECTION, same
    if any(is_present(Path(item.received.path)) for item in used if item.received.path != path):
        return Mode.SUPPLEMENT, None
    if any(item.received_id == batch.received_id for item in used):  # 同一个工作簿里同一来源的另一张表
        return Mode.SUPPLEMENT, None
    return Mode.FULL, None
