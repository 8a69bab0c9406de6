"""两次监测相比的读取：变动的户按范围，为什么变只取一页的户。"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.monitoring.models import Run, RunFile
from jiuzhu.web.monitoring.places import read_places

from .runs import done_runs, files

CHOICES = 36  # 可选的历次，新的在前
NONE = "none"  # 没有级别


@dataclass(frozen=True)
class Inputs:
    """两次用的数据有什么不同：这次新用的、不再用的文件。"""

    added: tuple[RunFile, ...]
    removed: tuple[RunFile, ...]


def comparable(scope: Scope) -> list[Run]:
    """可以拿来比的各次，新的在前。"""
    return list(done_runs(scope).defer("summary", "rulebook", "counts", "seconds")[:CHOICES])


def moves(scope: Scope, before: Run, after: Run) -> pl.DataFrame:
    """所辖之内，两次里任一次有级别的户；列见引擎的 ``comparison.MOVED``，另有乡镇、村名。"""
    table = _moved(before.out_dir, after.out_dir)
    if scope.covers(after.division_code):
        return table
    inside = [pl.col("village_code").str.starts_with(area) for area in scope.areas]
    return table.filter(pl.any_horizontal(inside) if inside else pl.lit(value=False))


@lru_cache(maxsize=8)
def _moved(before: str, after: str) -> pl.DataFrame:
    from jiuzhu.engine.comparison import moved  # noqa: PLC0415 载入计算库较慢，用到时才载入

    places = pl.concat([read_places(Path(out)) for out in (after, before)]).unique("village_code", keep="first")
    found = moved(Path(before), Path(after)).join(places, on="village_code", how="left", maintain_order="left")
    return found.with_columns(pl.col("township_code", "township", "village", "village_code").fill_null(""))


def inputs(scope: Scope, before: Run, after: Run) -> Inputs:
    """按文件与行数比；有批号的按批号比。"""
    old, new = ([file for file in files(scope, run).select_related("batch") if file.source] for run in (before, after))
    return Inputs(added=_missing(new, old), removed=_missing(old, new))


def _missing(wanted: Sequence[RunFile], among: Sequence[RunFile]) -> tuple[RunFile, ...]:
    """``among`` 里没有的。两边都有批号的按批号认；直接读文件夹的没有批号，按文件名与行数认。"""
    batches = {file.batch_id for file in among}
    plain = {_look(file) for file in among if file.batch_id is None}
    every = {_look(file) for file in among}
    return tuple(
        file
        for file in wanted
        if (_look(file) not in every if file.batch_id is None else file.batch_id not in batches)
        and _look(file) not in plain
    )


def _look(file: RunFile) -> tuple[str, str, int, int]:
    return file.source, file.file, file.rows_read, file.rows_accepted


def batch_numbers(scope: Scope, runs: Sequence[Run]) -> dict[str, int]:
    """文件名 → 批号；没有经过接收的文件没有批号。"""
    found = RunFile.objects.within(scope).filter(run__in=runs, batch__isnull=False)
    return dict(found.values_list("file", "batch__number"))
