"""身份:按标准判定每户真正属于哪一类,再决定它在不在名单上。

标准(元/人·月)城 780、乡 640;财产线:金融资产人均不过 24 个月标准、无小汽车、无第二套房、无在营市场主体。
低保:人均月收入低于标准;特困:全家无劳动能力、无(有能力的)法定义务人;边缘:低于 1.5 倍;
刚性支出困难:人均月收入低于上年居民人均可支配收入,且刚性支出占收入六成以上。
"""

import numpy as np
import polars as pl

from jiuzhu.demo.streams import choose, stream

NONE, TEKUN, DIBAO, EDGE, RIGID = "无", "特困", "低保", "低保边缘", "刚性支出困难"
DISPOSABLE_PER_MONTH = 2050.0
RIGID_RATIO = 0.6
MONTHS_OF_STANDARD = 24


def add_standing(seed: int, households: pl.DataFrame) -> pl.DataFrame:
    """补列:standard income_pc rigid_pc true_class on_list missed wrongly_on。"""
    living = pl.max_horizontal(pl.col("alive"), 1)
    table = households.with_columns(
        standard=pl.when(pl.col("urban")).then(780.0).otherwise(640.0),
        income_pc=(pl.col("income") / living).round(2),
        rigid_pc=(pl.col("rigid") / 12 / living).round(2),
    )
    within = (
        (pl.col("deposit") <= MONTHS_OF_STANDARD * pl.col("standard") * living)
        & (pl.col("cars") == 0)
        & ~pl.col("house2")
        & ~pl.col("trade_open")
        & (pl.col("alive") > 0)
    )
    income, standard = pl.col("income_pc"), pl.col("standard")
    strained = (income < DISPOSABLE_PER_MONTH) & (pl.col("rigid_pc") >= RIGID_RATIO * pl.max_horizontal(income, 1.0))
    table = table.with_columns(
        true_class=pl.when(within & ~pl.col("able") & pl.col("alone") & (income < standard))
        .then(pl.lit(TEKUN))
        .when(within & (income < standard))
        .then(pl.lit(DIBAO))
        .when(within & (income < 1.5 * standard))
        .then(pl.lit(EDGE))
        .when(within & strained)
        .then(pl.lit(RIGID))
        .otherwise(pl.lit(NONE))
    )
    return with_lists(stream(seed, "lists"), table)


def with_lists(rng: np.random.Generator, households: pl.DataFrame) -> pl.DataFrame:
    """在名单与否:应享未享(新近变故者多)、不应享而享(收入财产超标、全家已故而未停)。"""
    count = households.height
    chance = (
        pl.when(pl.col("true_class") == TEKUN)
        .then(0.07)
        .when(pl.col("true_class") == DIBAO)
        .then(pl.when(pl.col("shock")).then(0.42).otherwise(0.10))
        .when(pl.col("true_class") == EDGE)
        .then(pl.when(pl.col("shock")).then(0.55).otherwise(0.40))
        .otherwise(0.62)
    )
    none = pl.col("true_class") == NONE
    rich = none & (pl.col("income_pc") > 1.7 * pl.col("standard")) & (pl.col("alive") > 0)
    gone = pl.col("alive") == 0
    drawn = households.with_columns(
        pl.Series("luck1", rng.random(count)),
        pl.Series("luck2", rng.random(count)),
        pl.Series("wrong_class", np.array([DIBAO, EDGE])[choose(rng, 2, count, (0.72, 0.28))]),
    )
    return drawn.with_columns(
        missed=~none & (pl.col("luck1") < chance),
        wrongly_on=(rich & (pl.col("luck1") < 0.0125)) | (gone & (pl.col("luck1") < 0.25)),
    ).with_columns(
        on_list=pl.when("wrongly_on").then("wrong_class").when("missed").then(pl.lit(NONE)).otherwise("true_class")
    )
