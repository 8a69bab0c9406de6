"""概率连接:证据不足以直接认定的主张,用 Splink(Fellegi–Sunter 模型)给每个候选打分,再在主张内归一。

m(同一人时出现的概率)取固定值,来历见 docs/identity.md;u(不同人时碰巧出现的概率)由户籍库数出;
姓名按词频调整:罕见姓名的相同比常见姓名的相同更有分量。
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from typing import Any

import duckdb
import polars as pl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_library import CustomComparison
from splink.internals.comparison_creator import ComparisonCreator
from splink.internals.comparison_level_creator import ComparisonLevelCreator

from jiuzhu.engine.identity.lookup import may_hold
from jiuzhu.engine.identity.names import fold

SURE = 0.999  # 不低于此数才认定
WORTH_ASKING = 0.10  # 最好的候选低于此数,不劳人工判断
MOST_CANDIDATES = 5
logging.getLogger("splink").setLevel(logging.WARNING)  # Splink 每次打分都报耗时,引擎自己有进度
Levels = list[ComparisonLevelCreator | dict[str, Any]]
_TINY = 1e-9
_PERSON = ("person", "id", "name", "village_code", "household")
_DROPPED = (
    "length(name_r) = 3 and length(name_l) = 2 and (name_l = substr(name_r, 1, 2) "
    "or name_l = substr(name_r, 1, 1) || substr(name_r, 3, 1))"
)


def chances(people: pl.DataFrame) -> dict[str, float]:
    """由总表数出的 u:任取两人,姓名、姓、区划、出生日期、村居、乡镇碰巧相同的概率,以及人数、户数。"""
    name, number, village = (people[column].drop_nulls() for column in ("name", "id", "village_code"))
    return {
        "people": float(max(people.height, 1)),
        "households": float(max(people["household"].hash().n_unique(), 1)),
        "name": _twice(name),
        "surname": _twice(name.str.head(1)),
        "area": _twice(number.str.head(6)),
        "birth": _twice(number.str.slice(6, 8)),
        "village": _twice(village),
        "township": _twice(village.str.head(9)),
    }


def _twice(values: pl.Series) -> float:
    """任取两个,碰巧相同的概率。文字换成散列再数:这是估计,六十四位散列偶然相撞不影响。"""
    if values.is_empty():
        return 0.5
    times = values.hash().sort().rle().struct.field("len").cast(pl.Float64)
    return max(float((times * times).sum()) / (len(values) * len(values)), _TINY)


def score(
    pairs: pl.DataFrame, claims: pl.DataFrame, people: pl.DataFrame, agreement: Mapping[str, float]
) -> pl.DataFrame:
    """候选对 `claim person` → `claim person weight`(以 2 为底的后验赔率,先验为 1/总人数)。

    `agreement` 见 priors.agreement。
    """
    if pairs.is_empty():
        return pairs.select("claim", "person", weight=pl.lit(0.0))
    u = chances(people)
    left = _claim_records(claims.join(pairs, on="claim", how="semi"))
    right = _person_records(people.select(*_PERSON)[pairs["person"].unique()])  # person 就是总表的行号
    with duckdb.connect() as connection:
        api = DuckDBAPI(connection)
        tables = [
            api.register(left.to_arrow(), dataset_display_name="a"),
            api.register(right.to_arrow(), dataset_display_name="b"),
        ]
        linker = Linker(tables, _settings(u, agreement), log_level=None, validate_settings=False)
        frequency = api.register(_frequencies(people["name"], left, right, u["people"]).to_arrow())
        linker.table_management.register_term_frequency_lookup(frequency, "name")
        blocked = pairs.select(
            match_key=pl.lit("0"),
            join_key_l=pl.lit("a-__-") + pl.col("claim").cast(pl.String),
            join_key_r=pl.lit("b-__-") + pl.col("person").cast(pl.String),
        )
        linker.table_management.register_blocked_pairs_for_predict(api.register(blocked.to_arrow()))
        scored: pl.DataFrame = linker.inference.predict(warning_mode="never").as_duckdbpyrelation().pl()
    return scored.select(
        claim=pl.col("unique_id_l").cast(pl.UInt32),
        person=pl.col("unique_id_r").cast(pl.UInt32),
        weight="match_weight",
    )


def _segments(text: pl.Expr) -> dict[str, pl.Expr]:
    """区划、出生日期、顺序码;含未知位的段为空。"""
    cuts = {"area": (0, 6), "birth": (6, 8), "seq": (14, 3)}
    parts = {name: text.str.slice(start, size) for name, (start, size) in cuts.items()}
    return {name: pl.when(part.str.contains(r"^[0-9]+$")).then(part) for name, part in parts.items()}


def _claim_records(claims: pl.DataFrame) -> pl.DataFrame:
    return claims.select(
        "name",
        "village_code",
        "township_code",
        unique_id="claim",
        folded="folded",
        home=pl.coalesce("household", "other_household"),
        account=pl.col("account_person"),
        **_segments(pl.col("pattern")),
    )


def _person_records(people: pl.DataFrame) -> pl.DataFrame:
    return people.select(
        "name",
        "village_code",
        unique_id="person",
        township_code=pl.col("village_code").str.slice(0, 9),
        folded=fold(pl.col("name")),
        home="household",
        account=pl.col("person"),
        **_segments(pl.col("id")),
    )


def _frequencies(names: pl.Series, left: pl.DataFrame, right: pl.DataFrame, total: float) -> pl.DataFrame:
    """要比的姓名在总表姓名 `names` 里的词频 `name tf_name`;总表里没有的按一人算。"""
    wanted = pl.concat([left.select("name"), right.select("name")]).drop_nulls().unique()
    counts = names.filter(may_hold(names, wanted["name"])).to_frame().group_by("name").len()
    found = wanted.join(counts, on="name", how="left")
    return found.select("name", tf_name=pl.col("len").fill_null(1).cast(pl.Float64) / total)


def _level(sql: str, label: str, m: float, u: float, **more: object) -> dict[str, Any]:
    return {
        "sql_condition": sql,
        "label_for_charts": label,
        "m_probability": m,
        "u_probability": min(max(u, _TINY), 1 - _TINY),
        **more,
    }


def _null(sql: str) -> dict[str, Any]:
    return {"sql_condition": sql, "label_for_charts": "缺", "is_null_level": True}


def _one_off(column: str) -> str:
    return f"damerau_levenshtein({column}_l, {column}_r) = 1"


def _settings(u: dict[str, float], agreement: Mapping[str, float]) -> SettingsCreator:
    name: Levels = [
        _null("name_l is null or name_r is null"),
        _level("name_l = name_r", "相同", 0.985, u["name"], tf_adjustment_column="name"),
        _level("folded_l = folded_r", "形近同音", 0.005, u["name"]),
        _level(_DROPPED, "漏一字", 0.006, u["name"]),
        _level("substr(folded_l, 1, 1) = substr(folded_r, 1, 1)", "同姓", 0.003, u["surname"]),
        _level("ELSE", "不同", 0.001, 1.0),
    ]
    digits = [
        ("area", 0.97, 0.02, u["area"], 0.02),
        ("birth", 0.80, 0.19, u["birth"], min(0.5, 40 * u["birth"])),
        ("seq", 0.80, 0.18, 1e-3, 0.03),
    ]
    comparisons: list[ComparisonCreator | dict[str, Any]] = []
    comparisons.append(CustomComparison(output_column_name="name", comparison_levels=name))
    for column, m, m_off, u_same, u_off in digits:
        levels: Levels = [
            _null(f"{column}_l is null or {column}_r is null"),
            _level(f"{column}_l = {column}_r", "相同", m, u_same),
            _level(_one_off(column), "差一处", m_off, u_off),
            _level("ELSE", "不同", 1 - m - m_off, 1 - min(0.99, u_same + u_off)),
        ]
        comparisons.append(CustomComparison(output_column_name=column, comparison_levels=levels))
    comparisons.append(CustomComparison(output_column_name="home", comparison_levels=_home_levels(u, agreement)))
    return SettingsCreator(
        link_type="link_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[block_on("unique_id")],  # 候选对由 candidates 给出,不用此规则
        probability_two_random_records_match=min(0.5, 1.0 / u["people"]),
        retain_matching_columns=False,
    )


def _home_levels(u: dict[str, float], agreement: Mapping[str, float]) -> Levels:
    """住处只取最强的一条证据,免得同一个村、同一户重复计分。"""
    village, township = "village_code_l = village_code_r", "township_code_l = township_code_r"
    known, coded = "home_l is not null", "village_code_l is not null"
    moved = 1 - agreement["village"]  # 来件村居与户籍不一致的比例,三分之一仍在同一乡镇
    home, apart = agreement["home"], 1 - agreement["home"]
    return [
        _null("(home_l is null and township_code_l is null and account_l is null) or home_r is null"),
        _level("account_l = account_r", "账号所指", 0.9, 1.0 / u["people"]),
        _level("home_l = home_r", "同户", home, 1.0 / u["households"]),
        _level(f"{known} and {village}", "户不同、同村", apart * 0.6, u["village"]),
        _level(f"{known} and {township}", "户不同、同乡镇", apart * 0.1, u["township"]),
        _level(known, "户、乡镇都不同", apart * 0.3, 1.0),
        _level(village, "同村", agreement["village"], u["village"]),
        _level(f"{coded} and {township}", "同乡镇不同村", moved / 3, u["township"]),
        _level(township, "同乡镇", 1 - moved * 2 / 3, u["township"]),
        _level("ELSE", "不同", moved * 2 / 3, 1.0),
    ]


def posterior(scored: pl.DataFrame) -> pl.DataFrame:
    """`claim person weight inside favour background` → 加 `probability`:在主张内归一的后验概率。

    inside 来件人在册的先验,favour 该来源对此人的偏向,background 未列为候选的同名人合计的赔率。
    """
    odds = (pl.col("weight") * math.log(2)).exp() * pl.col("inside") * pl.col("favour")
    scored = scored.with_columns(odds=odds)
    total = pl.col("odds").sum().over("claim") + pl.col("background") + (1.0 - pl.col("inside"))
    return scored.with_columns(probability=pl.col("odds") / total)
