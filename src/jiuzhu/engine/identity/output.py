"""把认定结果写成约定的各表:去掉敏感字段,换上化名。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
import polars.selectors as cs

from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.gather import gather
from jiuzhu.engine.identity.keys import household_ids, person_ids
from jiuzhu.engine.identity.lookup import may_hold
from jiuzhu.engine.identity.relatives import resolve_relatives
from jiuzhu.engine.identity.residue import METHODS
from jiuzhu.engine.identity.universe import alive

# 数据目录里标为敏感的字段:新增来源时在目录里标出,这里不另列
SENSITIVE = frozenset(
    field.key for source in load_catalog().sources.values() for field in source.fields if field.sensitive
)
RELATIVES = {"head_id_number": "head_person_id", "guardian_id_number": "guardian_person_id"}
LINKS = {
    "file": pl.String(),
    "row": pl.Int64(),
    "source": pl.String(),
    "person_id": pl.String(),
    "method": pl.String(),
    "probability": pl.Float64(),
}
DOUBTFUL = {
    "file": pl.String(),
    "row": pl.Int64(),
    "candidate": pl.String(),
    "probability": pl.Float64(),
    "rank": pl.Int64(),
}


def people_table(people: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """总表(按 person 排列)→ 约定的 people 表,行序不变。"""
    coded = people.with_columns(
        person_id=person_ids(key, people["id"]),
        household_id=household_ids(key, people["household"]),
        alive=alive(pl.col("status")),
    )
    kept = ["sex", "birth_date", "relation", "status", "status_date", "registered"]
    return coded.select("person_id", "household_id", "village_code", "alive", *kept)


def row_results(
    table: pl.DataFrame, links: Sequence[pl.DataFrame], doubtful_at: pl.Series, codes: pl.Series
) -> pl.DataFrame:
    """一个来源的每行 → `person person_id method probability`,与表同序。未认定的 person 为空、概率为 0。

    `links` 是几张认定(列见 LINKED);`codes` 是各人的编号,按总表行号排。
    """
    person = np.full(table.height, -1, dtype=np.int32)
    method = np.zeros(table.height, dtype=np.uint8)
    probability = np.zeros(table.height, dtype=np.float64)
    method[doubtful_at.to_numpy()] = METHODS.categories.to_list().index("doubtful")
    for rows in links:
        at = rows["at"].to_numpy()
        person[at] = rows["person"].to_numpy()
        method[at] = rows["method"].to_physical().to_numpy()
        probability[at] = rows["probability"].to_numpy()
    persons = pl.Series("person", person).cast(pl.UInt32, strict=False)  # -1 成为空值
    return pl.DataFrame(
        {
            "person": persons,
            "person_id": gather(codes, persons),
            "method": gather(METHODS.categories, pl.Series(method)),
            "probability": probability,
        }
    )


def duplicates(table: pl.DataFrame) -> pl.Series:
    """同一文件里,除行号外与前面某行完全相同的行。"""
    values = table.drop("row")
    # 先只比号码与不是文字的列(散列得快),再比全部列的散列,疑似的才逐字比
    quick = values.select(cs.by_name("id_number", require_all=False) | ~cs.string())
    places = _repeated(quick.hash_rows()).arg_true()
    suspects = values[places]
    again = _repeated(suspects.hash_rows())
    flags = np.zeros(table.height, dtype=bool)
    if again.any():
        repeats = suspects.filter(again).select(~pl.struct(pl.all()).is_first_distinct()).to_series()
        flags[places.filter(again).to_numpy()] = repeats.to_numpy()
    return pl.Series("duplicate", flags)


def _repeated(marks: pl.Series) -> pl.Series:
    """哪些散列出现不止一次(偶尔多报)。排一遍找出重复的值,再粗筛,比逐个计数快。"""
    ordered = marks.sort()
    return may_hold(marks, ordered.filter((ordered == ordered.shift(1)).fill_null(False)))


def public_table(
    table: pl.DataFrame,
    results: pl.DataFrame,
    repeated: pl.Series,
    relatives: pl.DataFrame,
    people: pl.DataFrame,
    codes: pl.Series,
) -> pl.DataFrame:
    """规范表 → 去敏表:同名同行,加 person(总表里的行号)、person_id、duplicate 和 head_person_id / guardian_person_id。

    `repeated` 是 duplicates() 的结果。
    """
    added = [results["person"].cast(pl.Int32), results["person_id"]]
    for column, name in RELATIVES.items():
        if column in table.columns:
            found = resolve_relatives(table[column], results["person"], relatives, people)
            added.append(gather(codes, found).alias(name))
    kept = table.select(c for c in table.columns if c not in SENSITIVE)
    return kept.with_columns(*added, repeated)


def links_table(source: str, table: pl.DataFrame, results: pl.DataFrame) -> pl.DataFrame:
    """一个来源的 links 行。"""
    return table.select("file", "row", pl.lit(source).alias("source")).with_columns(
        results["person_id"], results["method"], results["probability"]
    )


def doubtful_table(tables: Mapping[str, pl.DataFrame], doubtful: pl.DataFrame, codes: pl.Series) -> pl.DataFrame:
    """候选 `source at person probability` → 约定的 doubtful 表,每行的候选按概率排名(从 1 起)。"""
    parts = [pl.DataFrame(schema=DOUBTFUL)]
    for (source,), group in doubtful.group_by("source", maintain_order=True):
        where = tables[str(source)].select("file", "row")[group["at"]]
        parts.append(
            where.with_columns(
                gather(codes, group["person"]).alias("candidate"),
                group["probability"],
                rank=pl.lit(0, dtype=pl.Int64),
            )
        )
    every = pl.concat(parts).sort("file", "row", "probability", "candidate", descending=[False, False, True, False])
    return every.with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("file", "row"))
