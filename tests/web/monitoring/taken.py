"""监测测试共用：把一个文件夹接收成各批，封进批次库；补一批、撤回一批。"""

import hashlib
from pathlib import Path

from django.utils import timezone

from jiuzhu.engine.batches import BatchIntake, read_batch
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.intake.folder import list_files
from jiuzhu.web.exchange.models import Batch, ReceivedFile
from jiuzhu.web.exchange.store import batch_store

COUNTY = "429998000000"
COUNTS = ("rows_read", "rows_accepted", "rows_quarantined", "rows_ignored")


def intakes_in(folder: Path) -> list[BatchIntake]:
    """文件夹里认得出的各张表。"""
    catalog = load_catalog()
    return [
        intake
        for file in list_files(folder)
        for intake in read_batch(file, label=file.relative_to(folder).as_posix(), catalog=catalog)
        if intake.source
    ]


def keep(intake: BatchIntake, number: int, *, county: str = COUNTY, mode: str = "full") -> Batch:
    """登记一批，封存。"""
    now = timezone.now()
    digest = hashlib.sha256(intake.rows.write_csv().encode()).hexdigest()
    shared = {"division_code": county, "channel": "upload", "file_name": intake.label, "received_at": now}
    received = ReceivedFile.objects.create(name=f"{number:032x}", size=1, digest=digest, **shared)
    batch = Batch.objects.create(
        number=number,
        received=received,
        source=intake.source,
        mode=mode,
        confirmed_at=now,
        taken_at=now,
        content_digest=digest,
        counts={name: intake.report[name] for name in COUNTS},
        **shared,
    )
    batch_store().write(batch.key, intake)
    return batch


def take(folder: Path, county: str = COUNTY) -> list[Batch]:
    """整个文件夹；同一来源的几个文件，后来的是补充。"""
    seen: set[str] = set()
    batches = []
    for number, intake in enumerate(intakes_in(folder), start=1):
        batches.append(keep(intake, number, county=county, mode="supplement" if intake.source in seen else "full"))
        seen.add(intake.source)
    return batches
