"""民政的名单:低保、特困、低保边缘、刚性支出困难,以及其他特殊困难人口。

每个函数返回一张表:pid 加该来源的字段(规范类型),一行一人;差错与写法由别处加。
"""

import numpy as np
import polars as pl

from jiuzhu.demo.county import County
from jiuzhu.demo.standing import DIBAO, EDGE, RIGID, TEKUN
from jiuzhu.demo.streams import choose, days_before, months, pick


def listed_members(county: County, label: str, on_list: str) -> pl.DataFrame:
    """某名单上各户的成员:在世者全部,已故者只留一部分(死亡未停发)。"""
    rng = county.rng(f"{label}-members")
    households = county.households
    also = rng.random(households.height) < county.temper.several_lists
    rows = (pl.col("on_list") == on_list) | (pl.Series(also) & pl.col("on_list").is_in([DIBAO, EDGE, TEKUN]))
    if on_list == RIGID:
        rows = pl.col("on_list") == RIGID
    members = county.people_of(households.filter(rows).drop("wage", "pension", "farming", "trade", "major", "lost_job"))
    stays = rng.random(members.height) < county.temper.dead_kept
    everyone_dead = pl.col("alive_household") == 0
    members = members.filter(pl.col("alive") | pl.Series(stays) | everyone_dead)
    heads = county.persons.select(pl.col("pid").alias("head"), pl.col("id").alias("head_id_number"))
    codes = county.places["village_code"]
    return members.join(heads, on="head", how="left", maintain_order="left").with_columns(
        codes.gather(members["old_village"]).alias("village_code"), pl.col("old_address").alias("address")
    )


def dibao(county: County) -> pl.DataFrame:
    """低保对象名单:保障金按差额,逐户一数。"""
    members = listed_members(county, "dibao", DIBAO)
    rng = county.rng("dibao")
    month = months(days_before(rng, county.as_of, 40, 4000, county.households.height)).gather(members["hid"])
    gap = (pl.col("standard") - pl.col("income_pc")).clip(pl.col("standard") * 0.25, None)
    return members.select(
        "pid",
        "head_id_number",
        "relation",
        "address",
        "village_code",
        "dibao_class",
        "phone",
        household_monthly_benefit=(gap * pl.max_horizontal("alive_household", 1)).round(0),
        bank_account="account",
        start_month=month,
    )


def tekun(county: County) -> pl.DataFrame:
    """特困人员名单。"""
    members = listed_members(county, "tekun", TEKUN)
    rng = county.rng("tekun")
    care = choose(rng, 3, members.height, (0.7, 0.18, 0.12))
    return members.select(
        "pid",
        "village_code",
        "address",
        "phone",
        support_mode=pick(rng, ("分散", "集中"), members.height, (0.78, 0.22)),
        self_care=pl.Series(["全自理", "半自理", "全护理"]).gather(care),
        monthly_living_standard=(pl.col("standard") * 1.3).round(0),
        care_fee=pl.Series([0.0, 300.0, 600.0]).gather(care),
    )


def dibao_bianyuan(county: County) -> pl.DataFrame:
    """低保边缘家庭成员:登记的人均收入是核对时的数,与今天略有出入。"""
    members = listed_members(county, "edge", EDGE)
    rng = county.rng("edge")
    count = county.households.height
    drift = pl.Series(rng.uniform(0.92, 1.08, count))
    confirmed = days_before(rng, county.as_of, 20, 600, count)
    return members.select(
        "pid",
        "head_id_number",
        "relation",
        "village_code",
        confirmed_date=confirmed.gather(members["hid"]),
        household_income_per_head_month=(pl.col("income_pc") * drift.gather(members["hid"])).round(2),
    )


def gangxing_zhichu(county: County) -> pl.DataFrame:
    """刚性支出困难家庭。"""
    members = listed_members(county, "rigid", RIGID)
    rng = county.rng("rigid")
    kind = pick(rng, ("医疗", "教育", "残疾康复"), county.households.height, (0.75, 0.17, 0.08))
    return members.select(
        "pid",
        "head_id_number",
        "village_code",
        confirmed_year=pl.lit(county.as_of.year),
        yearly_rigid_spending=pl.col("rigid").round(2),
        spending_kind=kind.gather(members["hid"]),
    )


def other_hardship(county: County) -> pl.DataFrame:
    """其他特殊困难人口:困难职工、事实无人抚养儿童、孤儿。"""
    rng = county.rng("other")
    persons = county.persons
    draw = pl.Series(rng.random(persons.height))
    worker = pl.col("formal") & (draw < 0.022)
    child = (pl.col("age") < 16) & (draw < 0.0016)
    orphan = child & (draw < 0.0005)
    rows = persons.with_columns(
        hardship_kind=pl.when(orphan)
        .then(pl.lit("孤儿"))
        .when(child)
        .then(pl.lit("事实无人抚养儿童"))
        .when(worker)
        .then(pl.lit("困难职工"))
    ).filter(pl.col("hardship_kind").is_not_null() & pl.col("alive"))
    return rows.select(
        "pid",
        "hardship_kind",
        village_code=county.places["village_code"].gather(rows["village"]),
        confirming_unit=pl.when(pl.col("hardship_kind") == "困难职工")
        .then(pl.lit("县总工会"))
        .otherwise(pl.lit("县民政局")),
    )


def fangfanpin(county: County) -> pl.DataFrame:
    """防返贫监测对象:乡村里收入低或有变故的户,也夹着看走眼的。"""
    rng = county.rng("fangfanpin")
    households, count = county.households, county.households.height
    need = np.where(households["income_pc"].to_numpy() < 1100, 0.075, 0.014) + 0.05 * households["shock"].to_numpy()
    chosen = pl.Series(rng.random(count) < need) & ~households["urban"]
    kind = pick(rng, ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户"), count)
    causes = ("因病", "因残", "因学", "缺劳动力", "因灾", "因务工不稳")
    risk = pick(rng, causes, count, (0.3, 0.2, 0.14, 0.2, 0.04, 0.12))
    table = households.select(
        "hid",
        "income_pc",
        "old_village",
        monitored_kind=kind,
        risk=risk,
        identified_date=days_before(rng, county.as_of, 30, 1000, count),
        risk_removed=pl.Series(rng.random(count) < 0.5),
        household_number=pl.col("hid").cast(pl.String).str.zfill(8),
        household_income_per_head_year=(pl.col("income_pc") * 12 * pl.Series(rng.uniform(0.8, 1.15, count))).round(2),
    ).filter(chosen)
    members = county.people_of(table)
    stays = pl.Series(rng.random(members.height) < county.temper.dead_kept)
    members = members.filter(pl.col("alive") | stays)
    place = county.places.select(pl.col("village").alias("old_village"), "county", "township", "village_name")
    return members.join(place, on="old_village", how="left", maintain_order="left").select(
        "pid",
        "county",
        "township",
        "household_number",
        "relation",
        "monitored_kind",
        "risk",
        "identified_date",
        "risk_removed",
        "household_income_per_head_year",
        village="village_name",
    )
