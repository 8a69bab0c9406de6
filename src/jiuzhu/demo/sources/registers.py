"""登记类来源:户籍、车辆、不动产、市场主体、残疾人证。"""

import numpy as np
import polars as pl

from jiuzhu.demo.county import County
from jiuzhu.demo.livelihoods import DISABILITIES
from jiuzhu.demo.places import COUNTY_CODE
from jiuzhu.demo.streams import Ints, dates, day_number, days_before, pick


def digits(rng: np.random.Generator, length: int, size: int) -> pl.Series:
    """定长随机数字串。"""
    return pl.Series(rng.integers(0, 10**length, size)).cast(pl.String).str.zfill(length)


def hukou(county: County) -> pl.DataFrame:
    """户籍人口:一人一行,含近期死亡注销者;这张表是干净的。"""
    homes = county.households.select("hid", "address")
    return county.persons.join(homes, on="hid", how="left", maintain_order="left").select(
        "pid",
        "ethnicity",
        "relation",
        "address",
        sex=pl.when("male").then(pl.lit("男")).otherwise(pl.lit("女")),
        birth_date="birth",
        household_number=pl.lit(str(COUNTY_CODE)) + pl.col("hid").cast(pl.String).str.zfill(9),
        village_code=county.places["village_code"].gather(county.persons["village"]),
        status=pl.when("alive").then(pl.lit("正常")).otherwise(pl.lit("死亡注销")),
        status_date="died",
    )


def owners(county: County, rng: np.random.Generator, hids: Ints) -> Ints:
    """给各户的一件财产挑所有人:多为户主,有配偶时一部分在配偶名下。"""
    spouse = county.persons.filter(pl.col("slot") == 0)["spouse"].to_numpy()[hids]
    head = county.persons.filter(pl.col("slot") == 0)["pid"].to_numpy()[hids]
    return np.where((spouse >= 0) & (rng.random(len(hids)) < 0.35), spouse, head)


def vehicle(county: County) -> pl.DataFrame:
    """车辆登记:在用小汽车、已注销的旧车,以及农用三轮与摩托(不算财产)。"""
    rng = county.rng("vehicle")
    hids = county.households["hid"].to_numpy()
    cars = np.repeat(hids, county.households["cars"].to_numpy())
    scrapped = hids[rng.random(len(hids)) < 0.015]
    small = hids[rng.random(len(hids)) < 0.15]
    groups = [(cars, "小型轿车", "正常"), (scrapped, "小型轿车", "注销"), (small, "", "正常")]
    tables = [vehicle_rows(county, rng, *group) for group in groups]
    return pl.concat(tables)


def vehicle_rows(county: County, rng: np.random.Generator, hids: Ints, kind: str, status: str) -> pl.DataFrame:
    """一类车辆的登记行。"""
    count = len(hids)
    car = kind == "小型轿车"
    kinds = pl.repeat(kind, count, eager=True) if car else pick(rng, ("普通二轮摩托车", "农用三轮车"), count)
    brands = ("东风", "长安", "五菱", "吉利", "奇瑞", "比亚迪", "大众") if car else ("宗申", "隆鑫", "大运", "豪爵")
    value = rng.lognormal(10.9, 0.45, count) if car else rng.uniform(800, 3500, count)
    return pl.DataFrame(
        {
            "pid": owners(county, rng, hids),
            "plate_number": pl.Series("鄂Z" + pick(rng, list("ABCDEFGH"), count)) + digits(rng, 4, count),
            "vehicle_type": kinds,
            "brand": pick(rng, brands, count),
            "registered_date": days_before(rng, county.as_of, 20, 3600, count),
            "vehicle_status": pl.repeat(status, count, eager=True),
            "appraised_value": np.round(value, -3 if car else -2),
        }
    )


def real_estate(county: County) -> pl.DataFrame:
    """不动产登记:约六成住房已登记;第二套房全部在册,另有少量商铺。"""
    rng = county.rng("real_estate")
    homes = county.households
    hids = homes["hid"].to_numpy()
    first, second = hids[homes["house_registered"].to_numpy()], hids[homes["house2"].to_numpy()]
    shops = hids[rng.random(len(hids)) < 0.004 * np.exp(0.6 * homes["luck"].to_numpy())]
    owned = np.concatenate([first, second, shops])
    count = len(owned)
    away = np.arange(count) >= len(first)
    usage = np.where(np.arange(count) >= len(first) + len(second), "商业", "住宅")
    elsewhere = pl.format("青禾县城关镇人民路{}号", pl.Series(rng.integers(1, 900, count)))
    location = pl.select(
        pl.when(pl.Series(away)).then(elsewhere).otherwise(homes["address"].gather(owned)).alias("location")
    )["location"]
    return pl.DataFrame(
        {
            "pid": owners(county, rng, owned),
            "unit_number": pl.Series(str(COUNTY_CODE) + digits(rng, 13, count)) + "F" + digits(rng, 8, count),
            "location": location,
            "usage": usage,
            "floor_area": np.round(rng.normal(112, 26, count).clip(28, 320), 2),
            "registered_date": days_before(rng, county.as_of, 60, 5500, count),
        }
    )


def business(county: County) -> pl.DataFrame:
    """市场主体:在营与注销的;规模小的个体户为主。"""
    rng = county.rng("business")
    rows = county.persons.filter("trader").select("pid", "name", "trade_open")
    count = rows.height
    trade = pick(rng, ("百货店", "农家乐", "养殖场", "建材经营部", "运输户", "早餐店", "农机服务部", "理发店"), count)
    company = rng.random(count) < 0.14
    return rows.select(
        "pid",
        credit_code=pl.Series(f"92{COUNTY_CODE}MA" + digits(rng, 8, count)) + "X",
        business_name=pl.col("name") + trade,
        business_type=pl.when(pl.Series(company)).then(pl.lit("有限责任公司")).otherwise(pl.lit("个体工商户")),
        position=pl.when(pl.Series(company)).then(pick(rng, ("法定代表人", "股东"), count)).otherwise(pl.lit("经营者")),
        registered_capital=np.round(np.where(company, rng.uniform(1e5, 8e5, count), rng.uniform(1e4, 1e5, count)), -2),
        founded_date=days_before(rng, county.as_of, 100, 3600, count),
        business_status=pl.when("trade_open").then(pl.lit("存续")).otherwise(pl.lit("注销")),
    )


def disability(county: County) -> pl.DataFrame:
    """持证残疾人;证号是身份证号加类别与等级。"""
    rng = county.rng("disability")
    homes = county.households.select("hid", "old_address", "phone")
    rows = county.persons.filter(pl.col("disabled") & pl.col("alive"))
    rows = rows.join(homes, on="hid", how="left", maintain_order="left")
    issued = day_number(county.as_of) - rng.integers(60, 3000, rows.height)
    born = rows["birth"].cast(pl.Int32).to_numpy()
    return rows.select(
        "pid",
        "phone",
        certificate_number=pl.col("id") + (pl.col("disability") + 1).cast(pl.String) + pl.col("level").cast(pl.String),
        disability_kind=pl.Series(DISABILITIES).gather(rows["disability"]),
        disability_level=pl.Series(["", "一级", "二级", "三级", "四级"]).gather(rows["level"]),
        issued_date=dates(np.maximum(issued, born + 20)),
        address="old_address",
    )
