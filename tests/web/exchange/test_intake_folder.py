"""数据文件夹：新来的、改过的自己成为批次；整个县收下来，与直接读文件夹逐格相同。"""

import os
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from polars.testing import assert_frame_equal
from tests.web.cast import signed_in

from jiuzhu.engine.batches import gather
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.intake import read_folder
from jiuzhu.engine.intake.folder import list_files
from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.exchange import selectors, services
from jiuzhu.web.exchange.models.batch import Mode, State
from jiuzhu.web.exchange.selectors.batches import every_batch, every_file

from .desk_batches import COUNTY
from .intake_files import CSV, SYSTEM, lines, put

pytestmark = pytest.mark.usefixtures("home", "everything")


def scan(settled: float = 0.0) -> services.FolderScan:
    """看一遍文件夹，收完。"""
    done = services.folder_scan(division_code=COUNTY, actor=SYSTEM, settled=settled)
    services.intake_finish(division_code=COUNTY)
    return done


def test_整个县收下来_与直接读文件夹相同(county: Path) -> None:
    settings.DATA_DIR = county
    done = scan()
    assert [text.split("：")[0] for text in done.problems] == ["空表.csv"]
    whole = read_folder(county, load_catalog())
    used = selectors.current_batches(COUNTY)
    taken = gather([services.batch_intake(batch) for batch in used], load_catalog())
    assert taken.tables.keys() == whole.tables.keys()
    for source, table in whole.tables.items():
        assert_frame_equal(taken.tables[source], table, check_row_order=False)
    known = whole.batches.filter(whole.batches["source"].is_not_null())
    assert sum(batch.counts["rows_read"] for batch in used) == known["rows_read"].sum()
    assert all(batch.reconciles for batch in used)
    unread = whole.batches.height - known.height
    failed = every_file().exclude(error_code="").count()
    assert failed + every_batch().filter(source="").count() == unread
    assert scan().unchanged == len(list_files(county))


def test_还在写入的下次再收() -> None:
    path = put(settings.DATA_DIR, "医保.csv", CSV)
    assert scan(settled=30).waiting == ["医保.csv"]
    before = time.time() - 60
    os.utime(path, (before, before))
    assert len(scan(settled=30).received) == 1


def test_改了的更正_别的还在的补充_都拿走了就替换() -> None:
    first = put(settings.DATA_DIR, "九月.csv", lines(3))
    scan()
    put(settings.DATA_DIR, "十月.csv", lines(4))
    scan()
    assert [batch.mode for batch in selectors.current_batches(COUNTY)] == [Mode.FULL, Mode.SUPPLEMENT]
    first.write_text(lines(5), "utf-8")
    scan()
    used = selectors.current_batches(COUNTY)
    assert [batch.counts["rows_accepted"] for batch in used] == [5, 4]
    assert used[0].mode == Mode.CORRECTION
    for path in settings.DATA_DIR.glob("*.csv"):
        path.unlink()
    put(settings.DATA_DIR, "十一月.csv", lines(6))
    scan()
    assert [batch.counts["rows_accepted"] for batch in selectors.current_batches(COUNTY)] == [6]


def test_一次放进来的几个文件_都用上() -> None:
    for at in range(3):
        put(settings.DATA_DIR, f"医保{at}.csv", lines(at + 2))
    scan()
    assert [batch.counts["rows_accepted"] for batch in selectors.current_batches(COUNTY)] == [2, 3, 4]


def test_内容相同的只收一次_只改了时间的不再收() -> None:
    path = put(settings.DATA_DIR, "医保.csv", CSV)
    scan()
    put(settings.DATA_DIR, "医保（复件）.csv", CSV)
    assert "完全相同" in scan().problems[0]
    os.utime(path, (1, 1))
    done = scan()
    assert (len(done.received), every_batch().count()) == (0, 1)
    assert scan().unchanged == 2


def test_改了名字的仍是原来那一批_之后改动就更正它() -> None:
    path = put(settings.DATA_DIR, "九月.csv", lines(3))
    scan()
    renamed = path.rename(settings.DATA_DIR / "医保九月终稿.csv")
    done = scan()
    assert (done.renamed, done.problems, every_batch().count()) == (1, [], 1)
    assert scan().unchanged == 1
    renamed.write_text(lines(5), "utf-8")
    scan()
    (used,) = selectors.current_batches(COUNTY)
    assert (used.mode, used.counts["rows_accepted"]) == (Mode.CORRECTION, 5)


def test_收不了的换成好的_拿走了_记录跟着放弃_人放弃了的不再收回来() -> None:
    torn = put(settings.DATA_DIR, "医保.xlsx", b"PK\x03\x04" + b"x" * 200)
    other = put(settings.DATA_DIR, "别的.xlsx", b"PK\x03\x04" + b"y" * 200)
    third = put(settings.DATA_DIR, "再别的.pdf", b"%PDF-1.4" + b"z" * 200)
    scan()
    failed = every_file().filter(dropped_at=None).exclude(error_code="")
    assert failed.count() == 3
    services.file_drop(received=failed.get(file_name=third.name), actor=SYSTEM, scope=Scope.everything())
    other.unlink()
    torn.write_text(lines(3), "utf-8")
    done = scan()
    assert [file.file_name for file in done.received] == ["医保.xlsx"]
    assert not failed.exists()
    assert (scan().received, scan().unchanged) == ([], 2)


def test_旧的还在又放进一份差不多大的_批次页上提醒会重复(cast: dict[str, User]) -> None:
    put(settings.DATA_DIR, "九月.csv", lines(6))
    put(settings.DATA_DIR, "新增.csv", lines(2).replace("1200", "9900"))
    scan()
    put(settings.DATA_DIR, "十月.csv", lines(7))
    scan()
    monitor = signed_in(cast["青禾.县监测员"])
    said = {
        batch.file_name: "旧的就重复了" in monitor.get(reverse("exchange:batch", args=[batch.pk])).content.decode()
        for batch in selectors.current_batches(COUNTY)
    }
    assert said == {"九月.csv": False, "新增.csv": False, "十月.csv": True}


def test_要换下多得多的_不自动换_核对了才换(cast: dict[str, User]) -> None:
    path = put(settings.DATA_DIR, "医保.csv", lines(60))
    scan()
    (whole,) = selectors.current_batches(COUNTY)
    path.write_text(lines(60)[:1200], "utf-8")
    scan()
    assert [batch.pk for batch in selectors.current_batches(COUNTY)] == [whole.pk], "拷了一半的没有换上"
    held = every_batch().latest("pk")
    assert (held.state, held.mode, held.replaces_id) == (State.DRAFT, Mode.CORRECTION, whole.pk)
    monitor = signed_in(cast["青禾.县监测员"])
    page = monitor.get(reverse("exchange:check", args=[held.pk])).content.decode()
    assert "没有自动换上" in page
    assert f'value="{whole.pk}" selected' in page
    assert "没有自动换上" in monitor.get(reverse("exchange:checks")).content.decode()
    path.write_text(lines(61), "utf-8")
    scan()
    assert [batch.counts["rows_read"] for batch in selectors.current_batches(COUNTY)] == [61]


def test_认不出的留给人_读不了的说明原因_别的照收() -> None:
    put(settings.DATA_DIR, "医保.csv", CSV)
    put(settings.DATA_DIR, "不知道.csv", "甲,乙,丙\n1,2,3\n4,5,6\n")
    put(settings.DATA_DIR, "残缺.xlsx", b"PK\x03\x04" + b"x" * 200)
    scan()
    assert every_batch().get(source="").state == State.DRAFT
    assert every_batch().get(source="medical_settlement").state == State.TAKEN
    torn = every_file().get(file_name="残缺.xlsx")
    assert (torn.error_code, "重新复制" in torn.error_text) == ("torn_file", True)


def test_别的县的文件不收() -> None:
    put(settings.DATA_DIR, "医保.csv", CSV)
    scan()
    with pytest.raises(Exception, match="别的县的文件") as caught:
        services.folder_scan(division_code="429997000000", actor=SYSTEM)
    assert caught.value.code == "other_county"
    put(settings.DATA_DIR, "429997/医保.csv", lines(2))
    services.folder_scan(division_code="429997000000", actor=SYSTEM, settled=0)
    services.intake_finish(division_code="429997000000")
    assert len(selectors.current_batches("429997000000")) == 1
    assert len(selectors.current_batches(COUNTY)) == 1
    assert not scan().received, "别的县的子文件夹不算本县的"


def test_定时收_各县看各县的文件夹(cast: dict[str, object]) -> None:
    from jiuzhu.web.exchange.jobs import exchange_folders

    for county, count in (("429998", 2), ("429997", 3)):
        path = put(settings.DATA_DIR, f"{county}/医保.csv", lines(count))
        os.utime(path, (1, 1))
    exchange_folders(0)
    for county, count in ((COUNTY, 2), ("429997000000", 3)):
        services.intake_finish(division_code=county)
        assert [batch.counts["rows_accepted"] for batch in selectors.current_batches(county)] == [count]
