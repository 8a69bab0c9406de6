"""隔离台、认人台测试共用：把一段表格接收成一批，封进批次库。"""

from pathlib import Path

from django.utils import timezone

from jiuzhu.engine.batches import read_batch
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.exchange.models import Batch, ReceivedFile
from jiuzhu.web.exchange.selectors.faults import by_reason
from jiuzhu.web.exchange.store import batch_store

COUNTY = "429998000000"
COUNTS = ("rows_read", "rows_accepted", "rows_quarantined", "rows_ignored")
HEADER = "姓名,身份证号,就诊类型,疾病编码,疾病名称,总费用,基金支付,个人自付,结算日期"
GOOD = "叶珠雨,429998196110222416,住院,I10,高血压,1200,800,400,2026-09-01"
LINES = [
    GOOD,
    ",,住院,I10,高血压,1200,800,400,2026-09-02",
    "秦俊燕,42999819630420120X,住院,I10,高血压,一千二,800,400,2026-09-03",
    "戴银雨,429998195511134465,住院,E11,糖尿病,3000,2000,1000,九月四号,多一格",
    "合计,,,,,5400,3600,1800,",
    "范涛,429998194906168138,住院,E11,糖尿病,3000,2000,1000,2026-13-41",
]


def make_batch(
    folder: Path,
    lines: list[str],
    *,
    header: str = HEADER,
    source: str = "medical_settlement",
    number: int = 1,
    county: str = COUNTY,
    organisation: Organisation | None = None,
) -> Batch:
    """接收一段 CSV。"""
    path = folder / f"{source}-{number}.csv"
    path.write_text("\n".join([header, *lines]) + "\n", "utf-8")
    now = timezone.now()
    shared = {"division_code": county, "organisation": organisation, "channel": "upload", "file_name": path.name}
    received = ReceivedFile.objects.create(
        name=f"{int(county) * 1000 + number:032x}",
        size=path.stat().st_size,
        digest=f"{number:064x}",
        received_at=now,
        **shared,
    )
    (intake,) = read_batch(path, label=path.name, catalog=load_catalog(), source=source)
    batch = Batch.objects.create(
        number=number,
        received=received,
        source=source,
        received_at=now,
        confirmed_at=now,
        taken_at=now,
        content_digest=f"{number:064x}",
        counts={name: intake.report[name] for name in COUNTS},
        faults=by_reason(intake.quarantine),
        **shared,
    )
    batch_store().write(batch.key, intake)
    return batch
