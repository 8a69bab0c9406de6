"""批次:接收一次、封存、取回不差分毫;人选定的来源与列盖过程序的判断。"""

import io
from pathlib import Path

import polars as pl
import pytest

from jiuzhu.engine.batches import BatchError, BatchIntake, BatchStore, gather, read_batch
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.intake import read_folder

CATALOG = load_catalog()
MASK = 0x5A
ODD = "甲项,乙项,丙项\n张小雨,110101199003077774,鄂K12345\n李文清,110101198502021237,鄂K54321\n"


def scramble(data: bytes) -> bytes:
    """可逆的变换,代替加密。"""
    return bytes(byte ^ MASK for byte in data)


def stored(folder: Path) -> BatchStore:
    return BatchStore(folder, seal=scramble, unseal=scramble)


def batches_in(folder: Path) -> list[BatchIntake]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = [file.relative_to(folder).as_posix() for file in files]
    return [
        batch
        for file, label in sorted(zip(files, names, strict=True), key=lambda pair: pair[1])
        for batch in read_batch(file, label=label, catalog=CATALOG)
    ]


def test_逐个接收再合起来_与读整个文件夹相同(county: Path) -> None:
    whole, joined = read_folder(county / "files", CATALOG), gather(batches_in(county / "files"), CATALOG)
    assert list(joined.tables) == list(whole.tables)
    assert all(joined.tables[source].equals(table) for source, table in whole.tables.items())
    assert joined.batches.equals(whole.batches)
    assert joined.quarantine.equals(whole.quarantine)
    assert joined.ignored.equals(whole.ignored)


def test_封存再取回_一样_落盘的不是明文(county: Path, tmp_path: Path) -> None:
    store, (batch, *_) = stored(tmp_path), [one for one in batches_in(county / "files") if one.source == "dibao"]
    store.write("b-1", batch)
    assert store.keys() == ["b-1"]
    back = store.read("b-1")
    assert back.rows.equals(batch.rows)
    assert back.quarantine.equals(batch.quarantine)
    assert back.ignored.equals(batch.ignored)
    assert (back.source, dict(back.report)) == (batch.source, dict(batch.report))
    (path,) = tmp_path.iterdir()
    with pytest.raises(pl.exceptions.ComputeError):
        pl.read_parquet(io.BytesIO(path.read_bytes()))
    assert b"report.json" not in path.read_bytes()


def test_删去的取不到_名字不得出文件夹(tmp_path: Path) -> None:
    store = stored(tmp_path / "store")
    store.remove("没有也不要紧".encode().hex())
    with pytest.raises(BatchError, match="没有"):
        store.read("b-1")
    for name in ("../x", "a/b", "", ".x"):
        with pytest.raises(BatchError, match="不能作批次的名字"):
            store.read(name)
    assert store.keys() == []


def test_认不出的文件有一条说明_没有行(tmp_path: Path) -> None:
    path = tmp_path / "不认识.csv"
    path.write_text("品名,单价\n苹果,3\n", "utf-8")
    (batch,) = read_batch(path, label="不认识.csv", catalog=CATALOG)
    assert batch.source == ""
    assert batch.rows.is_empty()
    assert batch.quarantine["row"].to_list() == [0]
    intake = gather([batch], CATALOG)
    assert intake.tables == {}
    assert intake.batches["source"].to_list() == [None]


def test_人选定来源与列_就按人的(tmp_path: Path) -> None:
    path = tmp_path / "交警.csv"
    path.write_text(ODD, "utf-8")
    mapping = {"甲项": "name", "乙项": "id_number", "丙项": ""}
    (batch,) = read_batch(path, label="交警.csv", catalog=CATALOG, source="vehicle", mapping=mapping)
    assert batch.source == "vehicle"
    assert batch.rows["name"].to_list() == ["张小雨", "李文清"]
    assert batch.rows["id_number"].to_list() == ["110101199003077774", "110101198502021237"]
    assert batch.report["unknown_columns"] == ["丙项"]
    assert (batch.report["rows_read"], batch.report["rows_accepted"]) == (2, 2)


def test_选定了来源_当事人的列对不上_仍是没有认出(tmp_path: Path) -> None:
    path = tmp_path / "价目.csv"
    path.write_text("品名,单价\n苹果,3\n梨,4\n", "utf-8")
    (batch,) = read_batch(path, label="价目.csv", catalog=CATALOG, source="vehicle")
    assert batch.source == ""
    assert batch.quarantine["code"].to_list() == ["unknown_source"]


def test_换文件名_行与说明一起换(county: Path) -> None:
    batch = next(one for one in batches_in(county / "files") if one.quarantine.height and one.source)
    renamed = batch.labelled("新名.csv")
    assert renamed.label == "新名.csv"
    assert set(renamed.rows["file"]) == {"新名.csv"}
    assert set(renamed.quarantine["file"]) == {"新名.csv"}
