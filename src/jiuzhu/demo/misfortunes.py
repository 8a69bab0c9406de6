"""变故:死亡、疾病与费用、灾害;变故拉低收入、抬高刚性支出。"""

from datetime import date

import numpy as np
import polars as pl

from jiuzhu.demo.streams import Ints, dates, day_number, days_before, stream

# 编码、名称、是否大病
DISEASES = (
    ("J18", "肺炎", False),
    ("I10", "原发性高血压", False),
    ("E11", "2型糖尿病", False),
    ("J44", "慢性阻塞性肺病", False),
    ("M51", "腰椎间盘突出", False),
    ("K35", "急性阑尾炎", False),
    ("I63", "脑梗死", True),
    ("I21", "急性心肌梗死", True),
    ("N18", "慢性肾脏病5期", True),
    ("C34", "肺恶性肿瘤", True),
    ("C50", "乳腺恶性肿瘤", True),
    ("C16", "胃恶性肿瘤", True),
    ("C91", "淋巴细胞白血病", True),
    ("F20", "精神分裂症", True),
)
ORDINARY = 6
DEATH_SHARE = 0.009


def add_deaths(seed: int, as_of: date, persons: pl.DataFrame) -> pl.DataFrame:
    """alive、death_date:近十八个月约千分之九的人去世,年长者多。"""
    rng = stream(seed, "deaths")
    age = persons["age"].to_numpy().astype(np.float64)
    hazard = np.exp((age - 60) / 13)
    dead = rng.random(persons.height) < DEATH_SHARE * hazard / hazard.mean()
    died = dates(day_number(as_of) - rng.integers(3, 548, persons.height))
    return persons.with_columns(alive=pl.Series(~dead), died=died).with_columns(
        died=pl.when(pl.col("alive")).then(None).otherwise(pl.max_horizontal("died", "birth"))
    )


def draw_visits(seed: int, as_of: date, persons: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(居民加 major 列, 住院与大病结算明细)。

    明细列:pid disease(序号) total fund self_paid settled_date,均为近十二个月在世者。
    """
    rng = stream(seed, "visits")
    age, alive = persons["age"].to_numpy(), persons["alive"].to_numpy()
    major = alive & (rng.random(len(age)) < np.select([age < 18, age < 45, age < 60], [0.003, 0.006, 0.013], 0.023))
    times = rng.poisson(np.select([age < 6, age < 45, age < 60], [0.12, 0.07, 0.10], 0.17)) * alive
    ordinary = np.repeat(persons["pid"].to_numpy(), times)
    serious = np.repeat(persons["pid"].to_numpy()[major], rng.integers(1, 5, int(major.sum())))
    visits = pl.concat(
        [
            bills(rng, as_of, ordinary, np.zeros(len(ordinary), dtype=np.int64)),
            bills(rng, as_of, serious, np.ones(len(serious), dtype=np.int64)),
        ]
    )
    return persons.with_columns(major=pl.Series(major)), visits


def bills(rng: np.random.Generator, as_of: date, pid: Ints, serious: Ints) -> pl.DataFrame:
    """一批就诊的费用:总费用对数正态,基金支付五至七成半。"""
    count = len(pid)
    disease = np.where(
        serious == 1, ORDINARY + rng.integers(0, len(DISEASES) - ORDINARY, count), rng.integers(0, ORDINARY, count)
    )
    total = np.round(np.exp(np.where(serious == 1, 10.0, 8.4) + rng.normal(0, 0.75, count)), 2)
    fund = np.round(total * rng.uniform(0.50, 0.75, count), 2)
    return pl.DataFrame(
        {
            "pid": pid,
            "disease": disease,
            "total": total,
            "fund": fund,
            "self_paid": np.round(total - fund, 2),
            "settled": days_before(rng, as_of, 1, 360, count),
        }
    )


def add_misfortunes(
    seed: int, persons: pl.DataFrame, households: pl.DataFrame, visits: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """合起来算户的 size alive income(月) rigid(年) shock disaster;病者与主要照料者的收入随之下降。"""
    rng = stream(seed, "misfortunes")
    ill = pl.col("major") & (pl.col("wage") > 0)
    cut = pl.Series(rng.uniform(0.0, 0.55, persons.height).round(2))
    persons = persons.with_columns(
        wage=pl.when(~pl.col("alive")).then(0.0).when(ill).then((pl.col("wage") * cut).round()).otherwise("wage"),
        employed=pl.col("employed") & pl.col("alive"),
        aided=pl.Series(rng.random(persons.height) < 0.02) & pl.col("student"),
    )
    paid = visits.group_by("pid", maintain_order=True).agg(pl.col("self_paid").sum().alias("medical"))
    living = persons.join(paid, on="pid", how="left", maintain_order="left").filter("alive")
    care = pl.when(pl.col("severe")).then(1800.0).otherwise(0.0)
    sums = living.group_by("hid", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("alive"),
        pl.sum("wage", "pension", "farming", "trade"),
        (pl.col("medical").fill_null(0) + pl.col("tuition") + care).sum().alias("rigid"),
        (pl.col("age") >= 60).sum().cast(pl.Float64).alias("elders"),
        pl.max("major", "lost_job", "trade_open"),
        (~pl.col("severe") & pl.col("age").is_between(16, 59)).any().alias("able"),
    )
    sizes = persons.group_by("hid", maintain_order=True).agg(pl.len().cast(pl.Int64).alias("size"))
    bereaved = persons.filter(~pl.col("alive") & pl.col("age").is_between(18, 59)).select("hid", bereaved=True)
    table = (
        households.join(sizes, on="hid", how="left", maintain_order="left")
        .join(sums, on="hid", how="left", maintain_order="left")
        .join(bereaved.unique("hid", maintain_order=True), on="hid", how="left", maintain_order="left")
    )
    disaster = rng.random(households.height) < 0.0057
    table = table.with_columns(pl.Series("disaster", disaster)).with_columns(
        pl.col("alive", "elders", "wage", "pension", "farming", "trade", "rigid").fill_null(0),
        pl.col("major", "lost_job", "trade_open", "able", "bereaved").fill_null(False),
    )
    spoiled = pl.when(pl.col("disaster")).then(0.4).otherwise(1.0)
    earned = pl.col("wage") + pl.col("pension") + pl.col("farming") * spoiled + pl.col("trade") + pl.col("rent")
    earned += pl.col("support") * pl.col("elders")
    return persons, table.with_columns(
        income=earned, shock=pl.col("major") | pl.col("lost_job") | pl.col("bereaved") | pl.col("disaster")
    )
