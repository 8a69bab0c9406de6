"""隔离表、忽略表、批次表的成形。"""

from collections.abc import Mapping

import polars as pl

from .errors import issue

QUARANTINE = {"file": pl.String, "row": pl.Int64, "column": pl.String, "code": pl.String, "reason": pl.String}
FAULTY: dict[str, pl.DataType | type[pl.DataType]] = {"row": pl.Int64, "cells": pl.List(pl.String)}
IGNORED = {"file": pl.String, "row": pl.Int64, "code": pl.String, "reason": pl.String}
BATCHES: dict[str, pl.DataType | type[pl.DataType]] = {
    "file": pl.String, "source": pl.String, "encoding": pl.String, "rows_read": pl.Int64, "rows_accepted": pl.Int64,
    "rows_quarantined": pl.Int64, "rows_ignored": pl.Int64, "unknown_columns": pl.List(pl.String),
}  # fmt: skip
SHOWN = 20


def quarantine_frame(label: str, rows: list[int], column: str | None, code: str, reason: str) -> pl.DataFrame:
    """几条同样原因的隔离记录。"""
    size = len(rows)
    data = {
        "file": [label] * size,
        "row": rows,
        "column": [column] * size,
        "code": [code] * size,
        "reason": [reason] * size,
    }
    return pl.DataFrame(data, schema=QUARANTINE)


def row_entries(label: str, wrong: pl.DataFrame) -> list[pl.DataFrame]:
    """整行隔离:``wrong`` 为 row、code。"""
    return [
        part.select(
            file=pl.lit(label),
            row="row",
            column=pl.lit(None, pl.String),
            code=pl.lit(str(code)),
            reason=pl.lit(issue(str(code)).text()),
        )
        for (code,), part in wrong.group_by("code", maintain_order=True)
    ]


def value_entries(rows: pl.Series, header: str, code: str, shown: pl.Series | None) -> pl.DataFrame:
    """值级隔离(file 由 :func:`stamp` 补上);``shown`` 为空时(敏感字段)不写出原值。"""
    about = issue(code)
    frame = pl.DataFrame({"row": rows})
    reason = pl.lit(about.text())
    if shown is not None:
        text = shown.str.strip_chars()
        short = pl.when(text.str.len_chars() > SHOWN).then(text.str.slice(0, SHOWN) + "…").otherwise(text)
        frame = frame.with_columns(shown=short)
        reason = pl.format("「{}」{}", pl.col("shown"), pl.lit(about.text()))
    return frame.select(file=pl.lit(""), row="row", column=pl.lit(header), code=pl.lit(code), reason=reason)


def ignored_frame(label: str, ignored: pl.DataFrame) -> pl.DataFrame:
    """忽略的行:``ignored`` 为 row、code。"""
    codes = sorted(set(ignored["code"].to_list()))
    reasons = {code: issue(code).text() for code in codes}
    reason = pl.col("code").replace_strict(reasons, default=None, return_dtype=pl.String)
    return ignored.select(file=pl.lit(label), row="row", code="code", reason=reason)


def stack(frames: list[pl.DataFrame], schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    """接起来;一张也没有时给空表。"""
    filled = [frame.cast(dict(schema)) for frame in frames if frame.height]  # type: ignore[arg-type]
    return pl.concat(filled) if filled else pl.DataFrame(schema=schema)
