"""``jiuzhu monitor``：部门文件进，预警出。"""

import contextlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

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
        datetime | None,
        typer.Option(help="评估日期（默认取数据里最晚的日期）。", formats=["%Y-%m-%d"], show_default=False),
    ] = None,
    rulebook: Annotated[str, typer.Option(help="规则手册的名称，或其文件夹。")] = "default",
    engine: Annotated[EngineName, typer.Option(help="计算引擎。")] = EngineName.duckdb,
    previous: Annotated[
        Path | None, typer.Option(help="上一次的结果文件夹；给了就只对新进入预警区间的户预警。", show_default=False)
    ] = None,
) -> None:
    """监测：读部门文件，认出每一行是谁，给每一户打分，写出预警与理由。"""
    from jiuzhu.engine.pipeline import monitor as run

    with Steps() as steps:
        done = run(
            folder,
            out_folder,
            key=identity_key(),
            as_of=as_of.date() if as_of else None,
            rulebook=rulebook,
            engine=engine.value,
            previous=previous,
            progress=steps.report,
        )
    with contextlib.suppress(OSError):
        out.print(closing_table(done.content))
    say(f"结果：{out_folder}")


class Steps:
    """各步的进度条；不是终端时每做完一步写一行。"""

    def __init__(self) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[count]}"),
            TimeElapsedColumn(),
        )
        self._bars = Progress(*columns, console=err, disable=not err.is_terminal)
        self._tasks: dict[str, TaskID] = {}
        self._finished: set[str] = set()

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def report(self, step: str, done: int, total: int) -> None:
        """引擎报告：某一步做了 ``done``/``total``。"""
        if step not in self._tasks:
            self._tasks[step] = self._bars.add_task(step, total=total, count="")
        count = f"{done:,}/{total:,}" if total > 1 else ""
        self._bars.update(self._tasks[step], completed=done, total=total, count=count)
        if done == total == 1 and not err.is_terminal and step not in self._finished:
            self._finished.add(step)
            err.print(f"{step}：完成", markup=False)


def closing_table(content: Mapping[str, Any]) -> Table:
    """收尾的表：文件与行的去向、认人、人与户、预警与发现、各步秒数。"""
    counts, book = content["counts"], content["rulebook"]
    table = Table(title=f"监测结果（按 {content['as_of']} 评估）", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_row("文件", f"{counts['files']:,}（读不了 {counts['files_unread']:,}）")
    table.add_row("读到的行", f"{counts['rows_read']:,}")
    fates = (("  接受", "rows_accepted"), ("  隔离", "rows_quarantined"), ("  略过", "rows_ignored"))
    links = (("认到人的行", "rows_linked"), ("  待人工判断", "rows_doubtful"), ("  认不出", "rows_unlinked"))
    for title, key in (*fates, *links, ("人", "people"), ("户", "households")):
        table.add_row(title, f"{counts[key]:,}", end_section=key in {"rows_ignored", "rows_unlinked", "households"})
    for band in book["bands"]:
        table.add_row(f"  {band['title']}", f"{counts['bands'].get(band['band'], 0):,} 户")
    table.add_row("预警", f"{counts['warnings']:,} 户", end_section=True)
    for key, count in counts["findings"].items():
        table.add_row(f"发现：{book['findings'].get(key, key)}", f"{count:,}")
    table.add_section()
    for step, seconds in content["seconds"].items():
        table.add_row(step, f"{seconds:.1f} 秒")
    return table
