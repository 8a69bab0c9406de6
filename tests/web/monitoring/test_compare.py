"""监测对比：各数对得上两次的结果，每个数点得进名单，名单说得出为什么；只看所辖。"""

import io
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse
from tests.web.cast import make_person, make_places, signed_in
from tests.web.conftest import KEY

from jiuzhu.engine.batches import BatchIntake, gather, read_batch
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.intake.folder import list_files
from jiuzhu.engine.outputs import read_summary
from jiuzhu.engine.pipeline import monitor_batches
from jiuzhu.web.access.models import User
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.monitoring.compared import MOVES
from jiuzhu.web.monitoring.models import Run

PAGE, SHEET = "monitoring:compare", "monitoring:compare_sheet"


@pytest.fixture(scope="module")
def later_out(county: Path, county_out: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """后一次：多了一批大额医疗费，低保名单少一半。"""
    catalog, day = load_catalog(), date.fromisoformat(read_summary(county_out)["as_of"])
    every_batch = [
        batch
        for file in list_files(county)
        for batch in read_batch(file, label=file.relative_to(county).as_posix(), catalog=catalog)
    ]
    medical = next(batch for batch in every_batch if batch.source == "medical_settlement")
    rows = medical.rows.head(80).with_columns(self_paid=pl.lit(90_000.0), settled_date=pl.lit(day))
    halved = [
        BatchIntake(one.source, one.rows.head(one.rows.height // 2), report=one.report)
        if one.source == "dibao"
        else one
        for one in every_batch
    ]
    more = BatchIntake("medical_settlement", rows, report=medical.report).labelled("医保_补报.csv")
    out = tmp_path_factory.mktemp("later") / "run"
    monitor_batches(gather([*halved, more], catalog), out, key=KEY, as_of=day)
    return out


@pytest.fixture
def two(make_run: Callable[..., Run], county_out: Path, later_out: Path) -> tuple[Run, Run]:
    first = make_run(1)
    return first, make_run(2, out_dir=str(later_out), previous=first)


def page_of(client: Client, **query: object) -> str:
    answer = client.get(reverse(PAGE), query)
    assert answer.status_code == 200
    return answer.content.decode()


def counted(page: str) -> dict[str, int]:
    found = re.findall(r"<span>([^<]+)</span><b>([0-9,]+)</b>", page)
    return {title: int(count.replace(",", "")) for title, count in found}


def listed(page: str) -> int:
    match = re.search(r"共 <strong>([0-9,]+)</strong> 户", page)
    assert match is not None
    return int(match[1].replace(",", ""))


def test_各类的数与两次的结果相符_点得进名单(desk: Client, two: tuple[Run, Run]) -> None:
    before, after = (
        dict(pl.read_parquet(Path(run.out_dir) / "household_scores.parquet")["household_id", "band"].iter_rows())
        for run in two
    )
    page = page_of(desk)
    counts = counted(page)
    assert counts["新进来"] == sum(bool(band) and not before.get(home) for home, band in after.items()) > 0
    assert counts["退出"] == sum(bool(band) and not after.get(home) for home, band in before.items())
    assert listed(page) == sum(counts[MOVES[move]] for move in ("new", "gone", "up", "down"))
    for move, title in MOVES.items():
        assert listed(page_of(desk, move=move)) == counts[title]


def test_级别往来_每个数点进去就是那么多户(desk: Client, two: tuple[Run, Run]) -> None:
    page = page_of(desk)
    links = re.findall(r'<a href="(\?from=1&amp;to=2&amp;before=[a-z]+&amp;after=[a-z]+)">([0-9,]+)</a>', page)
    assert len(links) > 2
    for link, count in links[:4]:
        answer = desk.get(reverse(PAGE) + link.replace("&amp;", "&")).content.decode()
        assert listed(answer) == int(count.replace(",", ""))


def test_为什么_写明指标与哪一批数据(desk: Client, two: tuple[Run, Run]) -> None:
    page = page_of(desk, move="new")
    assert "新命中" in page
    assert "医保_补报.csv" in page
    assert "多 1 行" in page
    assert "medical_settlement" not in page


def test_换一个方向比_进出互换(desk: Client, two: tuple[Run, Run]) -> None:
    forth, back = counted(page_of(desk)), counted(page_of(desk, **{"from": 2, "to": 1}))
    assert (forth["新进来"], forth["升级"]) == (back["退出"], back["降级"])


def test_乡镇只看所辖(two: tuple[Run, Run]) -> None:
    make_places()
    town = make_person("heshi", "town_reviewer", "青禾")
    table = counted(page_of(signed_in(town)))
    whole = counted(page_of(signed_in(make_person("kanren", "county_monitor", "青禾"))))
    assert sum(table.values()) < sum(whole.values())


def test_导出与名单一样多_记审计(desk: Client, two: tuple[Run, Run]) -> None:
    count = listed(page_of(desk, move="new"))
    answer = desk.get(reverse(SHEET), {"move": "new"})
    assert answer.status_code == 200
    sheet = pl.read_excel(io.BytesIO(answer.content), sheet_id=1, engine="calamine")
    assert sheet.height == count
    assert set(sheet["变动"]) == {"新进来"}
    assert any("医保_补报.csv" in (text or "") for text in sheet["数据里的不同"])
    entry = Entry.objects.get(action="monitoring.compare_export")
    assert json.loads(entry.body)["after"]["rows"] == count


def test_只有一次_说明要先做什么(desk: Client, make_run: Callable[..., Run]) -> None:
    assert "还没有两次可以比的监测" in page_of(desk)
    make_run(1)
    assert "现在有一次" in page_of(desk)
    assert desk.get(reverse(SHEET)).status_code == 404


def test_写错的编号与条件(desk: Client, two: tuple[Run, Run]) -> None:
    assert desk.get(reverse(PAGE), {"from": "99"}).status_code == 404
    assert desk.get(reverse(PAGE), {"to": "x"}).status_code == 404
    assert "变动没有“zzz”这一项" in page_of(desk, move="zzz")


def test_没有岗位的人看不到(stranger: User, two: tuple[Run, Run]) -> None:
    client = signed_in(stranger)
    for name in (PAGE, SHEET):
        assert client.get(reverse(name)).status_code == 403
