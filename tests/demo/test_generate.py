"""演示县整体:可重复、十八个来源、行数与真相对得上、真相的行号指到真正的人。"""

import hashlib
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from jiuzhu.demo import DIALECTS, DemoError, generate
from jiuzhu.demo.dialects import source_words
from jiuzhu.demo.sources import BUILDERS


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_同样的种子逐字节相同(tmp_path: Path, dialect: str) -> None:
    for name in ("a", "b"):
        generate(tmp_path / name, people=800, seed=3, dialect=dialect)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_线程数不影响结果(tmp_path: Path) -> None:
    generate(tmp_path / "here", people=3000, seed=3)
    code = (
        "import sys; from pathlib import Path; from jiuzhu.demo import generate;"
        "generate(Path(sys.argv[1]), people=3000, seed=3)"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "there")], check=True, env={**os.environ, "POLARS_MAX_THREADS": "1"}
    )
    assert digests(tmp_path / "here") == digests(tmp_path / "there")


def test_不同的种子不同(tmp_path: Path) -> None:
    one, two = (generate(tmp_path / str(seed), people=500, seed=seed) for seed in (1, 2))
    ids = [set(pl.read_parquet(each.truth / "persons.parquet")["id"]) for each in (one, two)]
    assert len(ids[0] & ids[1]) < 5


def test_同样的县情下方言不改变人(counties) -> None:
    same = [pl.read_parquet(counties[name].truth / "persons.parquet") for name in ("standard", "tabs", "parts")]
    assert same[0].equals(same[1])
    assert same[0].equals(same[2])


def test_standard_有十八个文件(counties) -> None:
    assert len(list(counties["standard"].files.iterdir())) == 18
    assert len(counties["standard"].tables) == 18


def test_每种方言十八个来源都在(county, source_of) -> None:
    dialect = county.files.parent.name
    assert {source_of(file, dialect) for file in county.tables} == set(BUILDERS)


def test_真相的行数等于写出的行数(county) -> None:
    links = pl.read_parquet(county.truth / "links.parquet")
    books = links.with_columns(book=pl.col("file").str.split("#").list.first())
    assert dict(books.group_by("book").len().rows()) == {file: rows for file, rows in county.tables.items() if rows}
    assert links.select(pl.struct("file", "row").is_duplicated().any()).item() is False
    assert links.height == county.rows


def test_真相的行号指到真正的人_其余行都是特殊行(county, read_table, source_of) -> None:
    dialect = county.files.parent.name
    links = pl.read_parquet(county.truth / "links.parquet")
    people = {
        pid: (number, name)
        for pid, number, name in pl.read_parquet(county.truth / "persons.parquet")["pid", "id", "name"].rows()
    }
    sure = total = 0
    for file in county.tables:
        source = source_of(file, dialect)
        headers = source_words(source, DIALECTS[dialect]).headers
        names, rows = read_table(county.files / file, source, dialect)
        truth = one_by_one(links.filter(pl.col("file").str.split("#").list.first() == file))
        assert not truth or max(truth) <= len(rows)
        for number, cells in enumerate(rows, start=1):
            if number not in truth:
                assert special(cells, set(headers.values())), (file, number, cells)
                continue
            row = dict(zip(names, cells, strict=True))
            identity, name = people[truth[number]]
            total += 1
            sure += row[headers["id_number"]] == identity or row[headers["name"]] == name
    assert total == county.rows
    assert sure / total > (0.985 if dialect == "harsh" else 0.997)


def one_by_one(links: pl.DataFrame) -> dict[int, int]:
    """行号 → 人;数据分几页的,把各页首尾相接。"""
    pages = [page.sort("row") for _, page in links.sort("file").group_by("file", maintain_order=True)]
    rows, before = {}, 0
    for page in pages:
        rows |= {row + before: person for row, person in page.select("row", "pid").rows()}
        before += page.height
    return rows


def special(cells: list[str], headers: set[str]) -> bool:
    return not any(cells) or "合计" in cells or any(cell.startswith("说明:") for cell in cells) or headers <= set(cells)


def test_清单写明是演示数据(county) -> None:
    manifest = json.loads((county.files.parent / "demo.json").read_text(encoding="utf-8"))
    assert manifest["notice"].startswith("演示数据")
    assert set(manifest["files"]) == {path.name for path in county.files.iterdir()}


def test_评估日可改(tmp_path: Path) -> None:
    made = generate(tmp_path, people=300, seed=1, as_of=date(2025, 3, 31))
    births = pl.read_parquet(made.truth / "persons.parquet")["id"].str.slice(6, 8).str.to_date("%Y%m%d")
    assert births.max() <= date(2025, 3, 31)


def test_不覆盖已有文件(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "别人的.csv").write_text("x", encoding="utf-8")
    with pytest.raises(DemoError) as caught:
        generate(tmp_path, people=300)
    assert caught.value.code == "demo_folder_not_empty"
    assert [path.name for path in (tmp_path / "files").iterdir()] == ["别人的.csv"]


@pytest.mark.parametrize(
    ("settings", "code"),
    [({"people": 10}, "demo_too_few_people"), ({"dialect": "nowhere"}, "demo_unknown_dialect")],
)
def test_参数不成立时说清楚(tmp_path: Path, settings: dict, code: str) -> None:
    with pytest.raises(DemoError) as caught:
        generate(tmp_path, **settings)
    assert caught.value.code == code
    assert not list(tmp_path.iterdir())
