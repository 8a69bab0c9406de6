"""``jiuzhu monitor``:部门文件进,预警出。"""

import time
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from jiuzhu.errors import JiuzhuError

from .console import err, out, say
from .places import identity_key


class EngineName(StrEnum):
    """计算引擎。"""

    duckdb = "duckdb"
    spark = "spark"


def monitor(
    folder: Annotated[Path, typer.Argument(help="部门文件所在的文件夹。", metavar="DIR")],
    out_folder: Annotated[Path, typer.Option("--out", help="结果写到哪个文件夹。")],
    as_of: Annotated[
        datetime | None, typer.Option(help="评估日期(默认今天)。", formats=["%Y-%m-%d"], show_default=False)
    ] = None,
    rulebook: Annotated[str, typer.Option(help="规则手册的名称,或其文件夹。")] = "default",
    engine: Annotated[EngineName, typer.Option(help="计算引擎。")] = EngineName.duckdb,
    previous: Annotated[
        Path | None, typer.Option(help="上一次的结果文件夹;只对新进入预警区间的户预警。", show_default=False)
    ] = None,
) -> None:
    """监测:读部门文件,认出每一行是谁,给每一户打分,写出预警与理由。"""
    from jiuzhu.engine.pipeline import monitor as run

    if not folder.is_dir():
        raise JiuzhuError(f"找不到文件夹 {folder}。", code="folder_missing")
    day = as_of.date() if as_of else datetime.now().astimezone().date()
    with Steps() as steps:
        run(
            folder,
            out_folder,
            as_of=day,
            rulebook=rulebook,
            engine=engine.value,
            key=identity_key(),
            previous=previous,
            progress=steps.report,
        )
    out.print(summary(out_folder, steps.seconds))
    say(f"结果:{out_folder}")
    if not any_file_read(out_folder):
        raise JiuzhuError(
            "没有一个文件能读,什么也没有算。原因见上表与 batches、quarantine 两个文件。", code="nothing_read"
        )


@dataclass
class Steps:
    """各步的进度条与用时。``seconds`` 是步骤 → 秒,按先后。"""

    seconds: dict[str, float] = field(default_factory=dict)
    _bars: Progress = field(
        default_factory=lambda: Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=err
        )
    )
    _tasks: dict[str, TaskID] = field(default_factory=dict)
    _began: float = 0.0

    def __enter__(self) -> "Steps":
        self._bars.start()
        self._began = time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def report(self, step: str, done: int, total: int) -> None:
        """引擎报告:某一步做了 ``done``/``total``。"""
        if step not in self._tasks:
            self._began = time.monotonic()
            self._tasks[step] = self._bars.add_task(step, total=total)
        self._bars.update(self._tasks[step], completed=done, total=total)
        self.seconds[step] = time.monotonic() - self._began


def summary(folder: Path, seconds: dict[str, float]) -> Table:
    """收尾的表:文件与行的去向、人与户、预警与发现、各步秒数。"""
    import polars as pl

    table = Table(title="监测结果", show_header=False)
    table.add_column(justify="left")
    table.add_column(justify="right")
    read = {name: pl.read_parquet(folder / f"{name}.parquet") for name in ("batches", "household_scores", "warnings")}
    rows = {name: read["batches"][f"rows_{name}"].sum() for name in ("read", "accepted", "quarantined", "ignored")}
    table.add_row("文件", f"{read['batches'].height:,} 个,认出 {read['batches']['source'].drop_nulls().len():,} 个")
    table.add_row("读到的行", f"{rows['read']:,}")
    table.add_row("  接受 + 隔离 + 略过", f"{rows['accepted']:,} + {rows['quarantined']:,} + {rows['ignored']:,}")
    for label, name, column in (("认人的方法", "links", "method"), ("数据发现", "findings", "finding")):
        counts = (
            pl.scan_parquet(folder / f"{name}.parquet").group_by(column).len().sort("len", descending=True).collect()
        )
        table.add_row(label, f"{counts['len'].sum():,}")
        for key, count in counts.iter_rows():
            table.add_row(f"  {key}", f"{count:,}")
    table.add_row("户", f"{read['household_scores'].height:,}")
    bands = dict(read["warnings"].group_by("band").len().iter_rows())
    shown = " ".join(f"{title} {bands.get(code, 0):,}" for code, title in BANDS.items())
    table.add_row("预警", f"{read['warnings'].height:,}({shown})")
    for step, value in seconds.items():
        table.add_row(f"  {step}", f"{value:.1f} 秒")
    return table


BANDS = {"red": "红", "orange": "橙", "yellow": "黄", "blue": "蓝"}


def any_file_read(folder: Path) -> bool:
    """至少有一个文件被认出并读了。"""
    import polars as pl

    return bool(pl.read_parquet(folder / "batches.parquet")["source"].is_not_null().any())
