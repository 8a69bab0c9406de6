"""收文件夹里新来的、改过的文件。"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents import vault
from jiuzhu.web.exchange.claims import FETCH, claimed
from jiuzhu.web.exchange.folders import Found, county_folder, county_subfolders, found_files, is_present
from jiuzhu.web.exchange.models import ReceivedFile
from jiuzhu.web.exchange.models.batch import Channel
from jiuzhu.web.exchange.selectors.batches import every_file
from jiuzhu.web.ground.errors import Conflict, ServiceError

from .common import moment
from .receiving import Arrival, file_drop, file_receive

SETTLED_SECONDS = 30.0  # 最后一次改动之后这么久没有再动，才算拷完了
PIECE = 1 << 20
EVERYTHING = Scope.everything()


@dataclass
class FolderScan:
    """一次收取的结果。

    ``received`` 新收的，``unchanged`` 以前收过的，``renamed`` 只是改了名字、挪了位置的，``waiting`` 还在写入的，
    ``problems`` 没收成的与原因。
    """

    folder: str
    received: list[ReceivedFile] = field(default_factory=list)
    unchanged: int = 0
    renamed: int = 0
    waiting: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    busy: bool = False


def folder_scan(
    *, division_code: str, actor: Actor, settled: float = SETTLED_SECONDS, now: datetime | None = None
) -> FolderScan:
    """看一遍这个县的数据文件夹，把新来的、改过的文件收下，交给后台。一个文件有问题不影响别的。

    ``settled`` 秒之内还动过的下一遍再收，免得收到拷了一半的。另一个进程正在收时什么也不做（``busy``）。
    抛 ``ExchangeError``：数据文件夹里是别的县的。
    """
    scan = FolderScan(str(county_folder(division_code)))
    with claimed(FETCH, int(division_code[:6])) as mine:
        if not mine:
            scan.busy = True
            return scan
        stamps = _stamps(division_code)
        clock = moment(now).timestamp()
        files = found_files(division_code)
        for found in files:
            if stamps.get(found.path) == found.stamp:
                scan.unchanged += 1
            elif clock - found.changed < settled:
                scan.waiting.append(found.label)
            else:
                _take_in(scan, found, division_code, actor, now)
        _tidy(division_code, files, actor, now)
    return scan


def scanned_counties() -> list[str]:
    """哪些县有文件夹要看：有子文件夹的各县；没有子文件夹而只有一个县在用本系统的，就是它。"""
    inner = county_subfolders()
    codes = {code[:6] for code in _offices()}
    if not inner and len(codes) == 1:
        return [codes.pop().ljust(12, "0")]
    return [code.ljust(12, "0") for code in inner if code in codes]


def _offices() -> list[str]:
    rows = Organisation.objects.filter(kind=Organisation.Kind.COUNTY_OFFICE, is_active=True)
    return list(rows.values_list("division_code", flat=True))


def _stamps(division_code: str) -> dict[str, str]:
    """每个位置最近一次收到时的大小与时间；人放弃了的也算，不然三分钟后又收回来。"""
    rows = every_file().filter(division_code=division_code, channel=Channel.FOLDER)
    return dict(rows.order_by("pk").values_list("path", "stamp"))


def _take_in(scan: FolderScan, found: Found, division_code: str, actor: Actor, now: datetime | None) -> None:
    arrival = Arrival(division_code, Channel.FOLDER, found.label, path=found.path, stamp=found.stamp)
    try:
        stored = vault.store(_pieces(found.file))
    except OSError:
        scan.problems.append(f"{found.label}：文件打不开，没有收下。请检查读取权限。")
        return
    try:
        if _changed(found):
            vault.remove(stored.name)
            scan.waiting.append(found.label)
            return
        scan.received.append(file_receive(stored=stored, arrival=arrival, actor=actor, now=now))
    except ServiceError as error:
        if error.code == "same_file" and _renamed(found, stored.digest, division_code):
            scan.renamed += 1
            return
        _remember(arrival, error)
        scan.problems.append(f"{found.label}：{error.message}")


def _renamed(found: Found, digest: str, division_code: str) -> bool:
    """同样的内容原先在别的位置、那里已经没有了：是改了名字，记下新的位置，以后改动就更正原来那一批。"""
    rows = every_file().filter(division_code=division_code, channel=Channel.FOLDER, digest=digest)
    before = rows.filter(dropped_at=None, error_code="").order_by("-pk").first()
    if before is None or is_present(Path(before.path)):
        return False
    return bool(every_file().filter(pk=before.pk).update(path=found.path, stamp=found.stamp))


def _tidy(division_code: str, files: list[Found], actor: Actor, now: datetime | None) -> None:
    """收不了的文件已经拿走，或换成了好的：它的记录跟着放弃，不再挂在页上。"""
    here = {found.path: found.stamp for found in files}
    rows = every_file().filter(division_code=division_code, channel=Channel.FOLDER, dropped_at=None, inspected_at=None)
    for failed in rows.exclude(error_code=""):
        if here.get(failed.path) != failed.stamp:
            file_drop(received=failed, actor=actor, scope=EVERYTHING, now=now)


def _changed(found: Found) -> bool:
    """抄的途中又有人在写。"""
    try:
        state = found.file.stat()
    except FileNotFoundError:
        return True
    return f"{state.st_size}:{state.st_mtime_ns}" != found.stamp


@transaction.atomic
def _remember(arrival: Arrival, error: ServiceError) -> None:
    """没收成的也记一笔，免得遍遍重读；同一位置的内容没变、只改了时间的，记下新的时间就行。"""
    before = every_file().filter(division_code=arrival.division_code, path=arrival.path, dropped_at=None)
    last = before.order_by("-pk").first()
    if last is not None and isinstance(error, Conflict):
        every_file().filter(pk=last.pk).update(stamp=arrival.stamp)
        return
    stored = vault.store([b""])
    ReceivedFile.objects.create(
        name=stored.name,
        size=0,
        digest=stored.digest,
        division_code=arrival.division_code,
        channel=Channel.FOLDER,
        file_name=arrival.file_name,
        path=arrival.path,
        stamp=arrival.stamp,
        received_at=moment(None),
        error_code=error.code,
        error_text=error.message,
    )


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece
