"""改好的行叠到封存的一批上：行数对得上，别的行不动，再叠一次一样。"""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu.engine.batches import BatchIntake, read_batch
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.corrections import corrected, fate, retake_rows

CATALOG = load_catalog()
HEADER = "姓名,身份证号,年收入,所得项目,纳税年度,扣缴单位"
GOOD = ["叶珠雨", "429998196110222416", "32000", "工资薪金", "2025", "面粉厂"]
LINES = [GOOD, ["", "", *GOOD[2:]], [*GOOD[:2], "三万多", *GOOD[3:]], ["合计", "", "64000", "", "", ""], GOOD]


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> BatchIntake:
    path: Path = tmp_path_factory.mktemp("tax") / "tax.csv"
    path.write_text("\n".join([HEADER, *(",".join(line) for line in LINES)]) + "\n", "utf-8")
    (batch,) = read_batch(path, label="税务.csv", catalog=CATALOG, source="tax_income")
    return batch


def counts(intake: BatchIntake) -> tuple[int, ...]:
    names = ("rows_read", "rows_accepted", "rows_quarantined", "rows_ignored")
    return tuple(intake.report[name] for name in names)


def test_隔离的一行收下_计数移过去(taken):
    assert counts(taken) == (5, 3, 1, 1)
    fixed = corrected(taken, {2: GOOD}, CATALOG)
    assert counts(fixed) == (5, 4, 0, 1)
    assert fixed.rows["row"].to_list() == [1, 2, 3, 5]
    assert fixed.rows.filter(pl.col("row") != 2).equals(taken.rows)
    assert fixed.quarantine["row"].to_list() == [3]


def test_值改对了_行数不变_隔离记录去掉(taken):
    fixed = corrected(taken, {3: GOOD}, CATALOG)
    assert counts(fixed) == counts(taken)
    assert fixed.rows.filter(pl.col("row") == 3)["yearly_income"].to_list() == [32000.0]
    assert fixed.quarantine["row"].to_list() == [2]


def test_去向(taken):
    rows = {2: LINES[1], 3: LINES[2], 4: ["合计", "", "1", "", "", ""], 5: GOOD}
    result = retake_rows(taken, rows, CATALOG)
    assert [fate(result, row)[0] for row in rows] == ["quarantined", "accepted", "ignored", "accepted"]
    assert [(column, code) for column, code, _ in fate(result, 3)[1]] == [("年收入", "bad_money")]
    assert fate(result, 5)[1] == []


CELL = st.sampled_from(
    ["", "三万多", "32000", "叶珠雨", "429998196110222416", "2025", "合计", "去年", "a,b", "　", None]
)


@settings(deadline=None, max_examples=40)
@given(rows=st.dictionaries(st.integers(1, 5), st.lists(CELL, min_size=0, max_size=8), max_size=5))
def test_怎样改都对得上_再叠一次一样(taken, rows):
    fixed = corrected(taken, rows, CATALOG)
    read, accepted, quarantined, ignored = counts(fixed)
    assert read == accepted + quarantined + ignored == 5
    assert fixed.rows.height == accepted
    assert fixed.rows["row"].is_unique().all()
    again = corrected(fixed, rows, CATALOG)
    assert again.rows.equals(fixed.rows)
    assert again.quarantine.equals(fixed.quarantine)
    untouched = ~pl.col("row").is_in(list(rows))
    assert fixed.rows.filter(untouched).equals(taken.rows.filter(untouched))
