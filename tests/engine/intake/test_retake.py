"""改好的行重新接收：原样的各格留着，按同样的列再收，行号与去向都对得上。"""

from pathlib import Path

import polars as pl
import pytest

from jiuzhu.engine.batches import BatchStore, read_batch
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.intake.retake import retake
from jiuzhu.engine.intake.table import FAULTY_MOST

CATALOG = load_catalog()
HEADER = "姓名,身份证号,年收入(万元),所得项目,纳税年度,扣缴单位"
ROWS = [
    "叶珠雨,429998196110222416,3.2,工资薪金,2025,安澜面粉厂",
    ",,1.1,工资薪金,2025,安澜面粉厂",
    "秦俊燕,42999819630420120X,三万多,工资薪金,2025,安澜面粉厂",
    "戴银雨,429998195511134465,2.0,劳务报酬,2025,面粉厂,多出来的",
    "范涛,429998194906168138,1.5,劳务报酬,去年,安澜面粉厂",
]


@pytest.fixture
def taken(tmp_path: Path):
    path = tmp_path / "tax.csv"
    path.write_text("\n".join([HEADER, *ROWS]) + "\n", "utf-8")
    (batch,) = read_batch(path, label="税务.csv", catalog=CATALOG, source="tax_income")
    return batch


def again(batch, rows):
    return retake(rows, label=batch.label, source=batch.source, layout=batch.layout, catalog=CATALOG)


def cells(batch, row):
    return batch.faulty.filter(pl.col("row") == row)["cells"].to_list()[0]


def test_有问题的行留下原样的各格(taken):
    assert taken.faulty["row"].to_list() == [2, 3, 4, 5]
    assert cells(taken, 3)[:3] == ["秦俊燕", "42999819630420120X", "三万多"]
    assert "多出来的" in cells(taken, 4)
    assert (taken.report["rows_accepted"], taken.report["rows_quarantined"]) == (3, 2)


def test_改好的行按原来的列与单位重收(taken):
    fixed = cells(taken, 3)
    fixed[2] = "3.5"
    result = again(taken, {3: fixed})
    assert result.rows is not None
    assert result.rows.select("file", "row", "name", "yearly_income", "tax_year").rows() == [
        ("税务.csv", 3, "秦俊燕", 35000.0, 2025)
    ]
    assert dict(result.rows.schema) == dict(taken.rows.schema)
    assert sum(frame.height for frame in result.quarantine) == 0


def test_没改好的仍说明哪一格(taken):
    result = again(taken, {5: cells(taken, 5), 2: cells(taken, 2)})
    bad = pl.concat(result.quarantine)
    assert bad.select("row", "column", "code").sort("row").rows() == [
        (2, None, "no_subject"),
        (5, "纳税年度", "bad_year"),
    ]
    assert result.rows is not None
    assert result.rows["row"].to_list() == [5]


def test_错位的行去掉多出的一格(taken):
    fixed = [cell for cell in cells(taken, 4) if cell != "多出来的"]
    result = again(taken, {4: fixed})
    assert result.rows is not None
    assert result.rows["yearly_income"].to_list() == [20000.0]


def test_封存后仍在(taken, tmp_path):
    store = BatchStore(tmp_path / "store", seal=lambda data: data[::-1], unseal=lambda data: data[::-1])
    store.write("1", taken)
    back = store.read("1")
    assert back.faulty.equals(taken.faulty)
    assert again(back, {2: ["叶海生", *cells(back, 2)[1:]]}).accepted == 1


def test_留下的行有上限_整行隔离的在先(tmp_path):
    path = tmp_path / "tax.csv"
    bad = "叶珠雨,429998196110222416,多,工资薪金,2025,厂"
    path.write_text("\n".join([HEADER, *[bad] * (FAULTY_MOST + 50), ",,1,工资薪金,2025,厂"]) + "\n", "utf-8")
    (batch,) = read_batch(path, label="税务.csv", catalog=CATALOG, source="tax_income")
    assert batch.faulty.height == FAULTY_MOST
    assert batch.faulty["row"].to_list()[-1] == FAULTY_MOST + 51
