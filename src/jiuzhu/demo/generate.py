"""演示县的入口:造县、造各部门文件、写真相。"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from jiuzhu.demo.county import County, build_county, truth_households, truth_persons
from jiuzhu.demo.debris import write_debris
from jiuzhu.demo.dialects import DIALECTS, Dialect, source_words
from jiuzhu.demo.files import write_sheet
from jiuzhu.demo.places import COUNTY, COUNTY_CODE
from jiuzhu.demo.rendering import render
from jiuzhu.demo.sources import BUILDERS
from jiuzhu.errors import JiuzhuError

MANIFEST = "demo.json"
SHEET_ROWS = 50_000
LEAST = 100


class DemoError(JiuzhuError):
    """参数不成立,或目标文件夹里已有文件。"""

    code = "demo_error"


@dataclass(frozen=True)
class DemoCounty:
    """造好的县:files 为部门文件夹,truth 为真相文件夹;tables 为文件名到数据行数。"""

    name: str
    code: str
    files: Path
    truth: Path
    people: int
    households: int
    rows: int
    tables: dict[str, int]


def generate(
    out: Path,
    *,
    people: int = 60_000,
    seed: int = 1,
    dialect: str = "standard",
    as_of: date = date(2026, 10, 31),
) -> DemoCounty:
    """在 out/files 写各部门文件,在 out/truth 写 links、persons、households 三张真相表。

    同样的参数得到逐字节相同的文件。人与户只由 people、seed、as_of 和方言的县情决定。

    Raises:
        DemoError: people 太少、没有这种方言,或 out/files 里已有文件。
    """
    chosen = check(people, dialect)
    files, truth = prepare(out)
    county = build_county(seed, people, as_of, chosen.temper)
    tables: dict[str, int] = {}
    links = [links_of for source in BUILDERS for links_of in write_source(files, county, chosen, source, tables)]
    debris = write_debris(files, seed) if chosen.debris else []
    pl.concat(links).write_parquet(truth / "links.parquet")
    truth_persons(county).write_parquet(truth / "persons.parquet")
    truth_households(county).write_parquet(truth / "households.parquet")
    settings = {"people": people, "seed": seed, "dialect": dialect, "as_of": as_of.isoformat()}
    write_manifest(out, settings, tables, debris)
    return DemoCounty(
        COUNTY, str(COUNTY_CODE), files, truth, people, county.households.height, sum(tables.values()), tables
    )


def check(people: int, dialect: str) -> Dialect:
    """检查参数。"""
    if dialect not in DIALECTS:
        raise DemoError(f"没有方言“{dialect}”,可用:{'、'.join(DIALECTS)}。", code="demo_unknown_dialect")
    if people < LEAST:
        raise DemoError(f"演示县至少要 {LEAST} 人,给的是 {people}。", code="demo_too_few_people")
    return DIALECTS[dialect]


def prepare(out: Path) -> tuple[Path, Path]:
    """备好两个文件夹;已有文件时不覆盖。"""
    files, truth = out / "files", out / "truth"
    files.mkdir(parents=True, exist_ok=True)
    truth.mkdir(parents=True, exist_ok=True)
    if any(files.iterdir()):
        raise DemoError(f"{files} 里已有文件,不覆盖。请换一个文件夹,或先移走它们。", code="demo_folder_not_empty")
    return files, truth


def write_source(
    files: Path, county: County, dialect: Dialect, source: str, tables: dict[str, int]
) -> list[pl.DataFrame]:
    """造一个来源的文件,返回各文件的真相行。"""
    sheet = render(county, dialect, source, BUILDERS[source](county))
    written = write_sheet(
        files,
        source_words(source, dialect).stem,
        sheet,
        dialect.layout_of(source),
        as_of=county.as_of.isoformat(),
        sheet_rows=SHEET_ROWS,
    )
    tables.update({one.path.name: one.rows for one in written})
    return [one.links for one in written]


def write_manifest(out: Path, settings: dict[str, object], tables: dict[str, int], debris: list[str]) -> None:
    """说明这是演示数据,并记下写过哪些文件。"""
    manifest = {
        "notice": f"演示数据:{COUNTY}({COUNTY_CODE})并不存在,每个人都由程序随机生成。",
        "county": COUNTY,
        "code": str(COUNTY_CODE),
        **settings,
        "files": {**tables, **dict.fromkeys(debris, 0)},
    }
    (out / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
