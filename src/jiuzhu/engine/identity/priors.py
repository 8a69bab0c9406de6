"""先验:一个来源的行有多大可能属于总表中的人,又偏向哪些人。都从已按号码认定的行里数出来。"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from jiuzhu.engine.gather import gather
from jiuzhu.engine.identity.candidates import dropped_forms
from jiuzhu.engine.identity.claims import PERIODS
from jiuzhu.engine.identity.lookup import may_hold
from jiuzhu.engine.identity.names import lookalike_forms

OUTSIDE_FLOOR = 2e-4  # 即使合格号码都在册,也留这么大可能:此人不在册
_POOL = 50.0  # 小来源向全部来源的比例靠拢,相当于多看 50 行
_SMOOTH = 20.0
_AGES = [0, 6, 12, 15, 18, 23, 45, 60, 80]
DROPPED_SHARE = 0.006  # 姓名漏写一字的行约占
LOOKALIKE_SHARE = 0.005  # 姓名写成形近同音字的行约占


def coverage(found: Mapping[str, pl.DataFrame], outside: pl.DataFrame, sources: pl.Series) -> pl.DataFrame:
    """`found` 与 `outside`(号码合格而不在册)的行 → 各 `sources` 的 `source inside`:来件人在册的概率。

    没有一行号码可看的来源按全部来源的比例。
    """
    known, unknown = sum(rows.height for rows in found.values()), outside.height
    pooled = (known + 0.5) / (known + unknown + 1.0)
    inside = pl.DataFrame(
        {"source": list(found), "k": [rows.height for rows in found.values()]},
        schema={"source": pl.String, "k": pl.UInt32},
    )
    out = outside.group_by("source").agg(pl.len().alias("o"))
    both = sources.unique().alias("source").to_frame().join(inside, on="source", how="left")
    both = both.join(out, on="source", how="left").with_columns(pl.col("k", "o").fill_null(0))
    share = (pl.col("k") + _POOL * pooled) / (pl.col("k") + pl.col("o") + _POOL)
    return both.select("source", inside=share.clip(0.0, 1.0 - OUTSIDE_FLOOR))


def seen_elsewhere(
    found: Mapping[str, pl.DataFrame], outside: pl.DataFrame, people: pl.DataFrame
) -> tuple[Mapping[str, pl.DataFrame], pl.DataFrame]:
    """没有户籍库时,总表就是名单里的人:一个人只出现一行,那一行若缺了号码,他就不在总表里。

    因此把只出现一行的人的行算作“不在”。有户籍库时原样返回。
    """
    if people["registered"].any() or not found:
        return found, outside
    times = _tally_of(pl.concat([rows["person"] for rows in found.values()]), people.height)
    repeated = pl.Series(times > 1)
    often = {source: rows.filter(repeated.gather(rows["person"])) for source, rows in found.items()}
    once = [outside.select("source")]
    for source, rows in found.items():
        once.append(pl.repeat(source, rows.height - often[source].height, eager=True).alias("source").to_frame())
    return often, pl.concat(once)


def _tally_of(places: pl.Series, size: int) -> np.ndarray:
    """0 到 `size` 各出现几次。"""
    return np.bincount(places.to_numpy(), minlength=size)


def agreement(
    tables: Mapping[str, pl.DataFrame],
    found: Mapping[str, pl.DataFrame],
    people: pl.DataFrame,
    relatives: pl.DataFrame,
) -> dict[str, float]:
    """已按号码认定的行里,来件的村居、户主所在户与总表一致的比例:`village`、`home`(即 m)。"""
    heads = relatives.drop_nulls("person")
    homes = heads.select("raw", theirs=gather(people["household"], heads["person"]))
    village, home = [0.95 * _SMOOTH, _SMOOTH], [0.9 * _SMOOTH, _SMOOTH]
    for source, rows in found.items():
        table = tables[source]
        if "village_code" in table.columns:
            ours, theirs = gather(table["village_code"], rows["at"]), gather(people["village_code"], rows["person"])
            _tally(village, ours == theirs)
        if "head_id_number" in table.columns:
            raw, ours = gather(table["head_id_number"], rows["at"]), gather(people["household"], rows["person"])
            both = pl.DataFrame([raw.alias("raw"), ours.alias("ours")]).join(homes, on="raw")
            _tally(home, both["theirs"] == both["ours"])
    return {"village": _share(village), "home": _share(home)}


def _tally(counts: list[float], same: pl.Series) -> None:
    known = same.drop_nulls()
    counts[0] += float(known.sum())
    counts[1] += float(len(known))


def _share(counts: list[float]) -> float:
    return min(0.9995, max(0.5, counts[0] / counts[1]))


def person_cells(people: pl.DataFrame, year: int) -> pl.Series:
    """每人所属的格(与总表同序):是否户主 × 年龄段。"""
    age = (year - people["birth_date"].dt.year()).clip(0, 120).fill_null(40)
    band = np.searchsorted(_AGES[1:], np.arange(121), side="right").astype(np.int16)
    head = (people["relation"] == "户主").fill_null(False)
    return pl.Series("cell", band[age.to_numpy()] * 2 + head.to_numpy())


def role_ratio(found: Mapping[str, pl.DataFrame], cells: pl.Series) -> pl.DataFrame:
    """`source cell ratio`:该来源里这一格的人比总表里多几倍(学籍多少年,水电多户主)。"""
    population = _tally_of(cells, 2 * len(_AGES))
    at = np.flatnonzero(population)
    share = (pl.Series(population[at]) / len(cells)).to_numpy()
    parts = [pl.DataFrame(schema={"source": pl.String, "cell": pl.Int16, "ratio": pl.Float64})]
    for source, rows in found.items():
        counts = _tally_of(cells.gather(rows["person"]), len(population))[at]
        smoothed = (counts + _SMOOTH * share) / (rows.height + _SMOOTH)
        part = pl.DataFrame({"cell": at.astype(np.int16), "ratio": smoothed / share})
        parts.append(part.select(pl.lit(source).alias("source"), "cell", "ratio"))
    return pl.concat(parts)


def occupied(
    tables: Mapping[str, pl.DataFrame], found: Mapping[str, pl.DataFrame], pairs: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """→ (`source period person` 已有认定行的组合, `source again` 该来源同一人同一期再出现一行的倾向)。

    水电每户每月一行:某人本月已有一行,这一行多半是另一个同名人的。
    """
    taken, again = [], []
    for (source,), wanted in pairs.group_by("source", maintain_order=True):
        if source not in found:
            continue
        rows = _with_period(tables[str(source)], found[str(source)].select("at", "person"))
        repeat = (rows.height - _distinct(rows) + 0.5) / (rows.height + 1.0)
        held = rows.filter(may_hold(rows["person"], wanted["person"])).select("person", "period").unique()
        taken.append(held.with_columns(pl.col("period").cast(pl.String), source=pl.lit(str(source))))
        again.append({"source": str(source), "again": min(1.0, max(0.002, 2.0 * repeat))})
    empty = pl.DataFrame(schema={"person": pl.UInt32(), "period": pl.String(), "source": pl.String()})
    schema = {"source": pl.String(), "again": pl.Float64()}
    return pl.concat([empty, *taken]), pl.DataFrame(again, schema=schema)


def _distinct(rows: pl.DataFrame) -> int:
    """多少个不同的(人、期);期有缺的只看人。期是日期或年份,与行号并成一个整数来数。"""
    if rows["period"].null_count():
        return rows["person"].n_unique()
    period = rows["period"].to_physical().cast(pl.Int64)
    return rows.select(pl.col("person").cast(pl.Int64) * 2**31 + period).to_series().n_unique()


def _with_period(table: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """加 `period`:这一行所属的月或年,没有则为空。"""
    column = next((c for c in PERIODS if c in table.columns), None)
    if column is None:
        return rows.with_columns(period=pl.lit(None, dtype=pl.String))
    return rows.with_columns(period=table[column].gather(rows["at"]))


def name_counts(names: pl.Series, people: pl.DataFrame) -> pl.DataFrame:
    """主张的姓名 → `name holders droppers lookers`:总表中同名人数;漏写一字、写错一个形近字会变成此名的人数。"""
    wanted = names.drop_nulls().unique().alias("name").to_frame()
    everyone = people["name"]
    held = everyone.filter(may_hold(everyone, wanted["name"])).to_frame()
    holders = held.group_by("name").agg(holders=pl.len())
    droppers = _droppers(everyone, wanted).group_by("name").agg(droppers=pl.len())
    others = lookalike_forms(wanted["name"])
    alike = everyone.filter(may_hold(everyone, others["other"])).to_frame("other")
    lookers = others.join(alike, on="other").group_by("name").agg(lookers=pl.len())
    counts = wanted
    for part in (holders, droppers, lookers):
        counts = counts.join(part, on="name", how="left")
    return counts.fill_null(0).cast(dict.fromkeys(("holders", "droppers", "lookers"), pl.Float64))


def _droppers(names: pl.Series, wanted: pl.DataFrame) -> pl.DataFrame:
    """总表里三字的姓名漏写一字后成为 `wanted` 里的姓名:每人每种写法一行。"""
    long = names.filter(names.str.len_chars() == 3).to_frame()
    short = wanted.filter(pl.col("name").str.len_chars() == 2)
    ends = [pl.col("name").str.head(1).alias("first"), pl.col("name").str.tail(1).alias("second")]
    forms = [
        long.filter(may_hold(long.select(ends[0], pl.col("name").str.slice(place, 1)), short.select(ends))).select(
            name=form
        )
        for place, form in zip((2, 1), dropped_forms(pl.col("name")), strict=True)
    ]
    return pl.concat(forms).join(short, on="name", how="semi")
