"""把引擎的输出装进数据库:一个事务,要么全有要么全无。大表走 COPY。"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection, models, transaction
from django.utils import timezone
from psycopg import sql
from psycopg.types.json import Jsonb

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.monitoring.models import Finding, HouseholdWarning, Run, RunFile
from jiuzhu.web.monitoring.places import with_place
from jiuzhu.web.monitoring.selectors import every_run

from .summarise import summarise

BAND_ORDER = {"red": 1, "orange": 2, "yellow": 3, "blue": 4}
Progress = Callable[[str, int, int], None]


@transaction.atomic
def run_load(*, run: Run, progress: Progress, batches: Mapping[str, int] | None = None) -> bool:
    """装入文件、预警、发现与各种分布,并把监测标为已完成。

    ``batches`` 是文件名 → 批次的主键。监测在此期间若已被标为中断,或已由后来的一遍顶替,则什么也不装,返回假。
    """
    mine = every_run().filter(pk=run.pk, status=Run.Status.RUNNING, attempts=run.attempts)
    locked = mine.select_for_update(of=("self",)).first()
    if locked is None:
        return False
    out = Path(run.out_dir)
    report = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    steps: list[tuple[str, Callable[[], None]]] = [
        ("文件", lambda: copy_frame(RunFile, file_rows(out, run.pk, batches or {}))),
        ("预警", lambda: copy_frame(HouseholdWarning, warning_rows(out, run, report["rulebook"]))),
        ("发现", lambda: copy_frame(Finding, finding_rows(out, run))),
    ]
    for done, (_, step) in enumerate(steps):
        progress("结果入库", done, len(steps))
        step()
    rulebook = report["rulebook"]
    every_run().filter(pk=run.pk).update(
        status=Run.Status.DONE,
        finished_at=timezone.now(),
        as_of=date.fromisoformat(report["as_of"]),
        counts=report["counts"],
        seconds=report["seconds"],
        work=report["work"],
        rulebook_name=rulebook["title"],
        rulebook_version=str(rulebook["version"]),
        rulebook_digest=rulebook["digest"],
        rulebook={"indicators": rulebook["indicators"], "bands": rulebook["bands"]},
        summary=summarise(out, rulebook),
    )
    record(
        actor=Actor.system("监测", division_code=run.division_code),
        action="monitoring.run_done",
        subject=Subject(kind="monitoring.run", key=str(run.pk), label=str(run)),
        after={"rulebook_digest": rulebook["digest"], "warnings": report["counts"].get("warnings")},
    )
    return True


def file_rows(out: Path, run_id: int, batches: Mapping[str, int]) -> pl.DataFrame:
    """文件各行,列名与 ``RunFile`` 的字段相同。"""
    return pl.read_parquet(out / "batches.parquet").select(
        pl.lit(run_id).alias("run_id"),
        pl.col("file").replace_strict(dict(batches), default=None, return_dtype=pl.Int64).alias("batch_id"),
        "file",
        pl.col("source").fill_null(""),
        pl.col("encoding").fill_null(""),
        "rows_read",
        "rows_accepted",
        "rows_quarantined",
        "rows_ignored",
        pl.col("unknown_columns").fill_null([]),
    )


def warning_rows(out: Path, run: Run, rulebook: dict[str, Any]) -> pl.DataFrame:
    """预警各行,列名与 ``HouseholdWarning`` 的字段相同。"""
    category = {code: item["category"] for code, item in rulebook["indicators"].items()}
    members = pl.read_parquet(out / "household_scores.parquet", columns=["household_id", "members"])
    frame = pl.read_parquet(out / "warnings.parquet").join(members, on="household_id", how="left")
    return with_place(frame, out).select(
        pl.lit(run.pk).alias("run_id"),
        pl.when(pl.col("village_code") != "")
        .then("village_code")
        .otherwise(pl.lit(run.division_code))
        .alias("division_code"),
        "warning_id",
        "household_id",
        "band",
        pl.col("band").replace_strict(BAND_ORDER, return_dtype=pl.Int16).alias("band_order"),
        "score",
        pl.col("members").fill_null(0),
        "indicators",
        pl.col("indicators")
        .list.eval(pl.element().replace_strict(category, default="其他", return_dtype=pl.String))
        .list.unique(maintain_order=True)
        .alias("categories"),
        "departments",
        "township_code",
        "township",
        "village_code",
        "village",
    )


def finding_rows(out: Path, run: Run) -> pl.DataFrame:
    """发现各行,列名与 ``Finding`` 的字段相同;``detail`` 仍是 JSON 文本。"""
    frame = pl.read_parquet(out / "findings.parquet")
    return with_place(frame, out).select(
        pl.lit(run.pk).alias("run_id"),
        pl.when(pl.col("village_code") != "")
        .then("village_code")
        .otherwise(pl.lit(run.division_code))
        .alias("division_code"),
        pl.col("finding").alias("kind"),
        pl.col("household_id", "person_id").fill_null(""),
        pl.col("detail").fill_null("{}"),
        "township_code",
        "township",
        "village_code",
        "village",
    )


def copy_frame(model: type[models.Model], frame: pl.DataFrame) -> None:
    """用 COPY 写进临时表，再一次插入；列名即数据库列名。JSON 列按字段类型转换。

    有行级权限的表不能直接 COPY，所以经过临时表；插入时策略照常把关。
    """
    fields = {field.column: field for field in model._meta.concrete_fields}
    json_columns = {name for name in frame.columns if isinstance(fields[name], models.JSONField)}
    names = {
        "table": sql.Identifier(model._meta.db_table),
        "loading": sql.Identifier(f"loading_{model._meta.db_table}"),
        "columns": sql.SQL(", ").join(map(sql.Identifier, frame.columns)),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE TEMP TABLE {loading} ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0").format(
                **names
            )
        )
        with cursor.copy(sql.SQL("COPY {loading} ({columns}) FROM STDIN").format(**names)) as copy:
            for row in prepared(frame.iter_rows(), frame.columns, json_columns):
                copy.write_row(row)
        cursor.execute(sql.SQL("INSERT INTO {table} ({columns}) SELECT {columns} FROM {loading}").format(**names))
        cursor.execute(sql.SQL("DROP TABLE {loading}").format(**names))


def prepared(rows: Iterable[Sequence[Any]], columns: Sequence[str], json_columns: set[str]) -> Iterable[Sequence[Any]]:
    """COPY 前的行:JSON 文本包成 jsonb,其余原样。"""
    places = [index for index, name in enumerate(columns) if name in json_columns]
    if not places:
        yield from rows
        return
    for row in rows:
        values = list(row)
        for index in places:
            values[index] = Jsonb(json.loads(values[index]))
        yield values
