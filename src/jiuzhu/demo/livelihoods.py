"""生计:就学、残疾、就业与工资、养老金、种养、经营、房租,以及存款、车、房。

金额均为元;收入均为每月。部门只看得见一部分:正规工资有税务和社保记录,零工、种养、经营净收入谁也看不见。
"""

from datetime import date

import numpy as np
import polars as pl

from jiuzhu.demo.streams import Bools, Floats, Ints, choose, days_before, sigmoid, stream

DISABILITIES = ("肢体", "视力", "听力", "言语", "智力", "精神", "多重")
STAGES = ("小学", "初中", "高中", "大学")


def add_livelihoods(seed: int, as_of: date, persons: pl.DataFrame, places: pl.DataFrame) -> tuple[pl.DataFrame, ...]:
    """给居民和户补上生计,返回 (居民, 户)。户的 luck 是看不见的家底,左右各项。"""
    rng = stream(seed, "livelihoods")
    heads = persons.filter(pl.col("slot") == 0)
    urban = places["urban"].to_numpy()[heads["village"].to_numpy()]
    luck = rng.normal(0.0, 1.0, heads.height) + 0.45 * urban
    hid = persons["hid"].to_numpy()
    persons = with_schooling(rng, with_disability(rng, persons))
    persons = with_work(rng, as_of, persons, luck[hid], urban[hid])
    persons = with_pension(rng, persons, luck[hid], urban[hid])
    households = with_property(rng, heads.select("hid", "village"), luck, urban)
    return persons, households


def with_disability(rng: np.random.Generator, persons: pl.DataFrame) -> pl.DataFrame:
    """残疾:disabled、disability(类别序号)、level(1–4)、severe(重度:一二级,智力精神含三级)。"""
    age = persons["age"].to_numpy()
    disabled = rng.random(len(age)) < np.select([age < 18, age < 60], [0.012, 0.034], 0.066)
    kind = choose(rng, len(DISABILITIES), len(age), (0.46, 0.11, 0.14, 0.03, 0.11, 0.12, 0.03))
    level = 1 + choose(rng, 4, len(age), (0.17, 0.26, 0.28, 0.29))
    severe = disabled & ((level <= 2) | ((level == 3) & ((kind == 4) | (kind == 5))))
    return persons.with_columns(
        disabled=pl.Series(disabled), disability=pl.Series(kind), level=pl.Series(level), severe=pl.Series(severe)
    )


def with_schooling(rng: np.random.Generator, persons: pl.DataFrame) -> pl.DataFrame:
    """就学:student、stage(学段序号)、tuition(年学费住宿费)、aided(已享受资助,由后面按收入改)。"""
    age = persons["age"].to_numpy()
    stage = np.select([age < 12, age < 15, age < 18], [0, 1, 2], 3)
    attends = np.select([age < 6, age < 15, age < 18, age < 23], [0.0, 0.985, 0.9, 0.42], 0.0)
    student = (rng.random(len(age)) < attends) & ~(persons["severe"].to_numpy() & (rng.random(len(age)) < 0.7))
    low, high = np.array([200, 400, 1600, 5200])[stage], np.array([420, 800, 3600, 11500])[stage]
    tuition = np.round(rng.uniform(low, high)) * student
    return persons.with_columns(student=pl.Series(student), stage=pl.Series(stage), tuition=pl.Series(tuition))


def with_work(rng: np.random.Generator, as_of: date, persons: pl.DataFrame, luck: Floats, urban: Bools) -> pl.DataFrame:
    """就业:employed formal wage last_wage(上年正规工资) lost_job lost_date farming trade trade_open。"""
    age, male, count = persons["age"].to_numpy(), persons["male"].to_numpy(), persons.height
    adult = (age >= 18) & (age < 60) & ~persons["student"].to_numpy() & ~persons["severe"].to_numpy()
    employed = adult & (rng.random(count) < sigmoid(1.75 + 0.75 * luck + 0.35 * male - 0.02 * np.abs(age - 38)))
    older = (age >= 60) & (age < 71) & ~persons["severe"].to_numpy()
    employed |= older & (rng.random(count) < sigmoid(-0.9 + 0.6 * luck + 0.3 * male))
    formal = employed & adult & (rng.random(count) < sigmoid(-0.95 + 0.75 * luck + 0.6 * urban))
    level = 7.92 + 0.30 * luck + 0.22 * formal + 0.15 * male - 0.0006 * (age - 42.0) ** 2
    wage = np.round(np.exp(level + rng.normal(0, 0.36, count))) * employed
    last_wage = np.round(wage * rng.uniform(0.88, 1.04, count)) * formal * 12
    lost = formal & (rng.random(count) < 0.028)
    free = ~formal & ~persons["student"].to_numpy() & ~persons["severe"].to_numpy()
    farmer = free & ~urban & (age >= 18) & (age < 74)
    farming = np.round(rng.gamma(2.2, 105.0, count) * np.exp(0.25 * luck)) * farmer
    trader = adult & (rng.random(count) < 0.042 * np.exp(0.35 * luck))
    open_ = trader & (rng.random(count) < 0.92)
    trade = np.round(rng.lognormal(7.7, 0.6, count)) * open_
    return persons.with_columns(
        employed=pl.Series(employed & ~lost),
        formal=pl.Series(formal),
        wage=pl.Series(np.where(lost, 0.0, wage)),
        base=pl.Series(wage),
        last_wage=pl.Series(last_wage),
        lost_job=pl.Series(lost),
        lost_date=days_before(rng, as_of, 10, 180, count),
        farming=pl.Series(farming),
        trader=pl.Series(trader),
        trade_open=pl.Series(open_),
        trade=pl.Series(trade),
    )


def with_pension(rng: np.random.Generator, persons: pl.DataFrame, luck: Floats, urban: Bools) -> pl.DataFrame:
    """养老金:pension(每月)、pension_kind(0 无 1 城乡居民 2 企业职工)。"""
    age, count = persons["age"].to_numpy(), persons.height
    retired = (age >= 60) | ((age >= 55) & ~persons["male"].to_numpy() & (rng.random(count) < 0.3))
    worker = retired & (rng.random(count) < sigmoid(-1.75 + 0.75 * luck + 0.9 * urban))
    resident = (age >= 60) & ~worker & (rng.random(count) < 0.96)
    amount = np.where(worker, rng.uniform(1700, 4100, count), rng.uniform(112, 262, count))
    kind: Ints = worker * 2 + resident * 1
    return persons.with_columns(pension=pl.Series(np.round(amount) * (kind > 0)), pension_kind=pl.Series(kind))


def with_property(rng: np.random.Generator, heads: pl.DataFrame, luck: Floats, urban: Bools) -> pl.DataFrame:
    """户的财产:deposit(金融资产合计)、cars、house2(第二套房)、house_registered、rent(月租金)、
    alone(无有能力的法定义务人)、support(在外子女每月给每位老人的赡养,谁也看不见)。"""
    count = heads.height
    deposit = np.round(np.exp(8.55 + 0.5 * luck + rng.normal(0, 0.95, count)))
    house2 = rng.random(count) < sigmoid(-2.9 + 0.8 * luck)
    cars = (rng.random(count) < sigmoid(-1.35 + 0.75 * luck)).astype(np.int64)
    alone = rng.random(count) < 0.13
    support = np.round(rng.lognormal(6.35, 0.55, count) * np.exp(0.2 * luck)) * (~alone & (rng.random(count) < 0.85))
    rent = np.round(rng.uniform(280, 1100, count)) * (house2 & (rng.random(count) < 0.5))
    return heads.with_columns(
        luck=pl.Series(luck),
        urban=pl.Series(urban),
        deposit=pl.Series(deposit),
        cars=pl.Series(cars + (cars * (rng.random(count) < 0.04)).astype(np.int64)),
        house2=pl.Series(house2),
        house_registered=pl.Series(rng.random(count) < 0.62),
        rent=pl.Series(rent),
        alone=pl.Series(alone),
        support=pl.Series(support),
    )
