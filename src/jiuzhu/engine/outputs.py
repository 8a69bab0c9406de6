"""OUT 文件夹:约定的 Parquet 与 summary.json(见 docs/output.md)。写在旁边的临时文件夹里,全部写完才换上。"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

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
}
LOOKUP_ROWS = 20_000


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """给出一个空的临时文件夹;正常结束时整个换成 ``out``,中途失败则 ``out`` 原样不动。"""
    out = out.absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = out.with_name(f".{out.name}.writing")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    yield fresh
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    fresh.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def write(folder: Path, name: str, frame: pl.DataFrame) -> None:
    """写一个约定文件,列与次序按约定。"""
    write_table(folder / f"{name}.parquet", frame.select(CONTRACT[name]))


def write_table(path: Path, frame: pl.DataFrame) -> None:
    """行组不大,按键查一户时只读一小段。"""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path, compression="snappy", row_group_size=LOOKUP_ROWS)


def write_summary(folder: Path, summary: Mapping[str, Any]) -> None:
    (folder / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2), "utf-8")


def read_summary(out: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((out / "summary.json").read_text("utf-8"))
    return content
