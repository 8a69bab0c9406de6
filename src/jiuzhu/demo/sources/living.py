"""支出类来源:住院及大病结算、生活消费、学籍与支出。"""

from datetime import date

import numpy as np
import polars as pl

from jiuzhu.demo.county import County
from jiuzhu.demo.livelihoods import STAGES
from jiuzhu.demo.misfortunes import DISEASES
from jiuzhu.demo.sources.economy import spread
from jiuzhu.demo.streams import pick

MONTHS_BILLED = 3


def medical_settlement(county: County) -> pl.DataFrame:
    """住院及大病结算:近十二个月。"""
    visits = county.visits
    disease = visits["disease"]
    serious = pl.Series([d[2] for d in DISEASES]).gather(disease)
    special = pl.Series(county.rng("visit-kind").random(visits.height) < 0.55)
    return visits.select(
        "pid",
        "self_paid",
        fund_paid="fund",
        visit_kind=pl.when(serious & special).then(pl.lit("大病")).otherwise(pl.lit("住院")),
        disease_code=pl.Series([d[0] for d in DISEASES]).gather(disease),
        disease_name=pl.Series([d[1] for d in DISEASES]).gather(disease),
        total_cost="total",
        settled_date="settled",
    )


def billed_months(as_of: date) -> list[date]:
    """评估日所在月起往前三个月,按先后。"""
    first = as_of.year * 12 + as_of.month - MONTHS_BILLED
    return [date(m // 12, m % 12 + 1, 1) for m in range(first, first + MONTHS_BILLED)]


def living_expense(county: County) -> pl.DataFrame:
    """水电通信:挂在户主名下,三个月;用量随真实花销走,看不见的收入在这里露出影子。"""
    rng = county.rng("utilities")
    homes = county.households.join(
        county.persons.filter(pl.col("slot") == 0).select("hid", "pid"), on="hid", how="left", maintain_order="left"
    ).filter(pl.Series(rng.random(county.households.height) < 0.992))
    level = (pl.col("income_pc").clip(150, 9000) / 1800) ** 0.45 * (pl.col("alive").clip(0.15, None) / 2.6) ** 0.6
    habit = spread(rng, homes.height, 0.35)
    homes = homes.with_columns(level=level * habit).select("pid", "level")
    months = [month_bills(rng, homes, month) for month in billed_months(county.as_of)]
    return pl.concat(months)


def month_bills(rng: np.random.Generator, homes: pl.DataFrame, month: date) -> pl.DataFrame:
    """各户一个月的用电与三项费用。"""
    count = homes.height
    power = (homes["level"] * 125 * spread(rng, count, 0.22)).round(1)
    return pl.DataFrame(
        {
            "pid": homes["pid"],
            "month": pl.repeat(month, count, dtype=pl.Date, eager=True),
            "electricity_kwh": power,
            "electricity_fee": (power * 0.5583).round(2),
            "water_fee": (homes["level"] * 27 * spread(rng, count, 0.5)).round(2),
            "telecom_fee": (homes["level"] * 62 * spread(rng, count, 0.4)).round(2),
        }
    )


def education(county: County) -> pl.DataFrame:
    """学籍与支出。"""
    rng = county.rng("education")
    rows = county.persons.filter(pl.col("student") & pl.col("alive"))
    guardians = county.persons.select(pl.col("pid").alias("guardian"), pl.col("id").alias("guardian_id_number"))
    rows = rows.join(guardians, on="guardian", how="left", maintain_order="left")
    place = county.places["township"].gather(rows["village"])
    stage = pl.Series(STAGES).gather(rows["stage"])
    start = pl.Series([6, 12, 15, 18]).gather(rows["stage"])
    college = pick(rng, ("江岚大学", "云汉职业学院", "南浦师范学院", "东陵理工大学"), rows.height)
    return rows.select(
        "pid",
        "aided",
        "guardian_id_number",
        stage=stage,
        school=pl.when(pl.col("stage") < 3).then(place + stage).otherwise(college),
        grade=(pl.col("age") - start + 1).clip(1, 6).cast(pl.String),
        yearly_tuition=pl.col("tuition").cast(pl.Float64),
    )
