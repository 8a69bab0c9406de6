"""OUT 文件夹:约定的 Parquet 与 summary.json(见 docs/output.md)。写在旁边的临时文件夹里,全部写完才换上。"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from jiuzhu.engine.catalog import listed_classes
from jiuzhu.engine.errors import EngineError
from jiuzhu.engine.gather import gather
from jiuzhu.engine.identity import Linkage
from jiuzhu.engine.intake import Intake
from jiuzhu.engine.numbering import Numbering

CONTRACT: Mapping[str, tuple[str, ...]] = {
    "batches": (
        "file",
        "source",
        "encoding",
        "rows_read",
        "rows_accepted",
        "rows_quarantined",
        "rows_ignored",
        "unknown_columns",
    ),
    "quarantine": ("file", "row", "column", "code", "reason"),
    "links": ("file", "row", "person_id", "method", "probability"),
    "people": ("person_id", "household_id", "village_code", "alive", "classes"),
    "household_scores": ("household_id", "members", "score", "band", "poverty_index", "need_index"),
    "hits": ("household_id", "person_id", "indicator", "points", "facts"),
    "warnings": ("warning_id", "household_id", "band", "score", "indicators", "departments"),
    "findings": ("finding", "person_id", "household_id", "detail"),
    "entitlements": (
        "household_id",
        "person_id",
        "village_code",
        "programme",
        "answer",
        "amount",
        "held",
        "state",
        "missing",
    ),
}
MEMBERS = (
    "household",
    "person",
    "household_id",
    "person_id",
    "village_code",
    "alive",
    "status_date",
    "sex",
    "birth_date",
    "relation",
    "registered",
    "classes",
)
LOOKUP_ROWS = 10_000


class OutputError(EngineError):
    """结果不能写到那里:那个文件夹里有别的东西。"""

    code = "out_not_result"


def refuse_strangers(out: Path) -> None:
    """``out`` 会被整个换掉;它若已有内容而不是上一次的结果,就不动它。"""
    if out.is_dir() and not any(out.iterdir()):
        return
    if out.exists() and not (out / "summary.json").is_file():
        raise OutputError(f"“{out}”里有别的东西，不是上一次的监测结果；为免误删，请换一个文件夹。", out=str(out))


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """给出一个空的临时文件夹;正常结束时整个换成 ``out``,中途失败或断电,``out`` 仍是原来的。"""
    out = out.absolute()
    refuse_strangers(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh, old = out.with_name(f".{out.name}.writing"), out.with_name(f".{out.name}.old")
    if old.exists() and not out.exists():  # 上一次恰在换上的瞬间断了电
        old.rename(out)
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    fresh.mkdir()
    try:
        yield fresh
        if out.exists():
            out.rename(old)
        fresh.rename(out)
    finally:
        for leftover in (fresh, old):
            shutil.rmtree(leftover, ignore_errors=True)


def write_results(folder: Path, results: Mapping[str, pl.DataFrame]) -> None:
    """约定文件,以文件名为键;列与次序按约定。"""
    for name, frame in results.items():
        _write(folder / f"{name}.parquet", frame.select(CONTRACT[name]))


def write_rows(folder: Path, intake: Intake, linkage: Linkage) -> None:
    """每一行的去向:接收、隔离、忽略、认到谁。"""
    write_results(folder, {"batches": intake.batches, "quarantine": intake.quarantine, "links": linkage.links})
    for name, frame in (("ignored", intake.ignored), ("doubtful", linkage.doubtful), ("places", linkage.places)):
        _write(folder / f"{name}.parquet", frame)
    if linkage.decided is not None:
        _write(folder / "decided.parquet", linkage.decided)


def write_people(folder: Path, numbering: Numbering) -> None:
    """人,和各来源去敏后的行(按户排好序,查一户只读一小段)。"""
    people = numbering.people.join(_classes(numbering.tables), on="person", how="left", maintain_order="left")
    people = people.with_columns(classes=pl.col("classes").fill_null(pl.lit([], dtype=pl.List(pl.String))))
    write_results(folder, {"people": people})
    _write(folder / "members.parquet", people.select(MEMBERS))
    household = numbering.people["household"]
    for source, table in numbering.tables.items():
        rows = table.drop("person_id").with_columns(household.gather(table["person"]))
        order = rows["household"].arg_sort(nulls_last=True)
        placed = rows.select(gather(rows[column], order) for column in rows.columns)
        _write(folder / "warehouse" / f"{source}.parquet", placed)


def write_facts(folder: Path, persons: pl.DataFrame, households: pl.DataFrame, numbering: Numbering) -> None:
    """人、户两张事实宽表,按户排好序。"""
    for name, frame in (("person_facts", persons), ("household_facts", households)):
        ordered = frame if frame["household"].is_sorted() else frame.sort("household")
        _write(folder / f"{name}.parquet", numbering.with_ids(ordered))


def _write(path: Path, frame: pl.DataFrame) -> None:
    """行组不大,按键查一户时只读一小段。"""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path, compression="snappy", row_group_size=LOOKUP_ROWS)


def _classes(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """每人(序号)在册的类别,按代码排序。"""
    parts = [
        tables[source].filter(pl.col("person").is_not_null()).select(pl.col("person").unique(), classes=pl.lit(source))
        for source in sorted(listed_classes())
        if source in tables
    ]
    empty = pl.DataFrame(schema={"person": pl.Int32, "classes": pl.String})
    return pl.concat([empty, *parts]).group_by("person", maintain_order=True).agg("classes")


def write_summary(folder: Path, summary: Mapping[str, Any]) -> None:
    (folder / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2), "utf-8")


def read_summary(out: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((out / "summary.json").read_text("utf-8"))
    return content
