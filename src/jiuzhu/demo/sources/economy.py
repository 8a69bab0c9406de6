"""收入与财产类来源:社会保险、个税、公积金、金融资产。"""

import numpy as np
import polars as pl

from jiuzhu.demo.county import County
from jiuzhu.demo.streams import choose, months, pick

BANKS = ("县农商行", "邮储银行", "农业银行", "建设银行")


def employers(county: County, rows: pl.DataFrame) -> pl.Series:
    """各人的单位名称:同一人在各来源里是同一家。"""
    firms = max(20, county.persons.height // 400)
    number = county.rng("employers").integers(1, firms + 1, county.persons.height)
    return "青禾县第" + pl.Series(number[rows["pid"].to_numpy()]).cast(pl.String) + "企业"


def social_insurance(county: County) -> pl.DataFrame:
    """社会保险:领取待遇的老人,缴费的正规职工,以及失业登记者。"""
    rows = county.persons.filter(pl.col("alive") & ((pl.col("pension_kind") > 0) | pl.col("formal")))
    paying = pl.col("formal") & (pl.col("pension_kind") == 0)
    lost = pl.col("lost_job") & paying
    worker = paying | (pl.col("pension_kind") == 2)
    this_month = pl.lit(county.as_of.replace(day=1))
    return rows.select(
        "pid",
        insurance_kind=pl.when(worker).then(pl.lit("企业职工养老")).otherwise(pl.lit("城乡居民养老")),
        insured_status=pl.when(lost)
        .then(pl.lit("失业"))
        .when(paying)
        .then(pl.lit("在职"))
        .otherwise(pl.lit("领取待遇")),
        contribution_base=pl.when(paying).then(pl.col("base").cast(pl.Float64)),
        monthly_benefit=pl.when(~paying).then(pl.col("pension")),
        employer=pl.when(paying).then(employers(county, rows)),
        last_paid_month=pl.when(lost).then(months(rows["lost_date"])).when(paying).then(this_month),
        unemployment_date=pl.when(lost).then("lost_date"),
    )


def tax_income(county: County) -> pl.DataFrame:
    """个税:上一年度的正规工资(今年的失业、患病还看不出来)。"""
    rng = county.rng("tax")
    rows = county.persons.filter(pl.col("alive") & (pl.col("last_wage") > 0))
    rows = rows.filter(pl.Series(rng.random(rows.height) < 0.985))
    return rows.select(
        "pid",
        tax_year=pl.lit(county.as_of.year - 1),
        income_item=pick(rng, ("工资薪金", "劳务报酬"), rows.height, (0.94, 0.06)),
        yearly_income="last_wage",
        withholding_agent=employers(county, rows),
    )


def housing_fund(county: County) -> pl.DataFrame:
    """公积金:约三成正规职工;月缴存为工资的一成六。"""
    rng = county.rng("fund")
    rows = county.persons.filter(pl.col("alive") & pl.col("formal"))
    rows = rows.filter(pl.Series(rng.random(rows.height) < 0.27))
    deposit = (pl.col("base") * 0.16).round(2)
    return rows.select(
        "pid",
        account_status=pl.when("lost_job").then(pl.lit("封存")).otherwise(pl.lit("正常")),
        monthly_deposit=deposit,
        balance=(deposit * pl.Series(rng.integers(6, 96, rows.height))).round(2),
    )


def financial_asset(county: County) -> pl.DataFrame:
    """金融资产:户的存款分在一至三位成年人名下;约一成四的账户查不到。"""
    rng = county.rng("finance")
    adults = county.persons.filter(pl.col("alive") & (pl.col("age") >= 24) & (pl.col("slot") <= 4))
    adults = adults.join(county.households.select("hid", "deposit"), on="hid", how="left", maintain_order="left")
    weight = pl.Series("weight", rng.gamma(1.6, 1.0, adults.height))
    share = pl.col("weight") / pl.col("weight").sum().over("hid")
    rows = adults.with_columns(weight).select("pid", balance=(pl.col("deposit") * share).round(2))
    rows = rows.filter(pl.Series(rng.random(rows.height) < 0.86))
    savings = rows.with_columns(asset_kind=pick(rng, ("存款", "理财"), rows.height, (0.97, 0.03)))
    extra = rows.filter(pl.Series(rng.random(rows.height) < 0.05))
    extra = extra.with_columns(
        asset_kind=pick(rng, ("保险现金价值", "证券"), extra.height),
        balance=(extra["balance"] * pl.Series(rng.uniform(0.1, 0.6, extra.height))).round(2),
    )
    split = extra.select("pid", taken="balance")
    table = pl.concat(
        [
            savings.join(split, on="pid", how="left", maintain_order="left")
            .with_columns(balance=(pl.col("balance") - pl.col("taken").fill_null(0)).round(2))
            .drop("taken"),
            extra.select(savings.columns),
        ]
    )
    return table.with_columns(
        institution=pl.Series(BANKS).gather(choose(rng, len(BANKS), table.height, (4, 3, 2, 1))),
        reference_date=pl.lit(county.as_of),
    )


def spread(rng: np.random.Generator, size: int, sigma: float) -> pl.Series:
    """均值约为 1 的对数正态乘数。"""
    return pl.Series(np.exp(rng.normal(-sigma * sigma / 2, sigma, size)))
