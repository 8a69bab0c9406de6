"""演示县测试共用:每种方言造一座小县,以及一个只用 csv 与 polars 的老实读法。"""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from jiuzhu.demo import DIALECTS, DemoCounty, generate
from jiuzhu.demo.dialects import source_words
from jiuzhu.demo.sources import BUILDERS

PEOPLE = 6_000


@pytest.fixture(scope="session")
def counties(tmp_path_factory: pytest.TempPathFactory) -> dict[str, DemoCounty]:
    """方言名 → 6000 人的县,种子 7。"""
    root = tmp_path_factory.mktemp("demo")
    return {name: generate(root / name, people=PEOPLE, seed=7, dialect=name) for name in DIALECTS}


@pytest.fixture(params=list(DIALECTS))
def county(request: pytest.FixtureRequest, counties: dict[str, DemoCounty]) -> DemoCounty:
    """逐一取各方言的县。"""
    return counties[request.param]


@pytest.fixture(scope="session")
def read_rows() -> Callable[[Path], list[list[str]]]:
    """读出一个文件里的全部行(含标题、表头、空行),单元格为文字。"""
    return physical_rows


@pytest.fixture(scope="session")
def read_table() -> Callable[[Path, str, str], tuple[list[str], list[list[str]]]]:
    """(表头, 表头之下的各行):按方言与来源所用的表头词找到表头行。"""
    return table_under_header


@pytest.fixture(scope="session")
def source_of() -> Callable[[str, str], str]:
    """文件名与方言 → 来源键。"""

    def find(file: str, dialect: str) -> str:
        stems = {source_words(key, DIALECTS[dialect]).stem: key for key in BUILDERS}
        return next(key for stem, key in stems.items() if file.startswith(stem))

    return find


def physical_rows(path: Path) -> list[list[str]]:
    if path.suffix == ".xlsx":
        sheets = pl.read_excel(path, sheet_id=0, has_header=False, drop_empty_rows=False, infer_schema_length=0)
        pages = [page for name, page in sheets.items() if name.startswith("数据")]
        return [[cell or "" for cell in row] for page in pages for row in page.rows()]
    if path.suffix == ".parquet":
        table = pl.read_parquet(path)
        return [table.columns, *[[cell or "" for cell in row] for row in table.rows()]]
    text, separator = decode(path.read_bytes())
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return list(reader)


def decode(raw: bytes) -> tuple[str, str]:
    if raw.startswith(b"\xff\xfe"):
        text = raw.decode("utf-16")
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("gb18030")
    head = text[:2000]
    return text, max(",\t;|", key=head.count)


def table_under_header(path: Path, source: str, dialect: str) -> tuple[list[str], list[list[str]]]:
    headers = set(source_words(source, DIALECTS[dialect]).headers.values())
    rows = physical_rows(path)
    place = next(number for number, row in enumerate(rows) if headers <= set(row))
    below = rows[place + 1 :]
    if path.suffix == ".xlsx" and DIALECTS[dialect].layout_of(source).sheets == "split":
        second = next(number for number, row in enumerate(below) if headers <= set(row))
        titles = DIALECTS[dialect].layout_of(source).titles
        below = below[: second - titles] + below[second + 1 :]  # 两页首尾相接
    return rows[place], below
