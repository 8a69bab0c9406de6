"""户与人:先抽户型,再由户型落出每一个成员的关系、性别和出生日期。"""

from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from jiuzhu.demo.names import draw_surnames, full_names, namesakes
from jiuzhu.demo.numbers import issue, to_text
from jiuzhu.demo.streams import Bools, Floats, Ints, choose, dates, day_number, pick, stream

HEAD, SPOUSE, FATHER, MOTHER, CHILD1, CHILD2, CHILD3, INLAW, GRAND1, GRAND2 = range(10)
RELATIONS = ("户主", "配偶", "父母", "父母", "子女", "子女", "子女", "儿媳女婿", "孙子女", "孙子女")
ETHNICITIES = ("汉族", "土家族", "苗族", "回族", "壮族")
YEAR = 365.2425


class Kind(NamedTuple):
    """一种户型:占比、户主年龄范围、各席位出现的概率。"""

    share: float
    youngest: int
    oldest: int
    seats: tuple[float, ...]  # 配偶 父 母 子女1 子女2 子女3 儿媳女婿 孙1 孙2


KINDS = (
    Kind(0.10, 60, 91, (0, 0, 0, 0, 0, 0, 0, 0, 0)),  # 独居老人
    Kind(0.07, 24, 59, (0, 0, 0, 0, 0, 0, 0, 0, 0)),  # 单身
    Kind(0.19, 60, 86, (1, 0, 0, 0, 0, 0, 0, 0, 0)),  # 老年夫妻
    Kind(0.05, 23, 40, (1, 0, 0, 0, 0, 0, 0, 0, 0)),  # 年轻夫妻
    Kind(0.20, 26, 50, (0.97, 0, 0, 1, 0.45, 0.06, 0, 0, 0)),  # 夫妻带孩子
    Kind(0.16, 46, 68, (0.90, 0, 0, 1, 0.20, 0.02, 0, 0, 0)),  # 成年子女同住
    Kind(0.10, 30, 54, (0.95, 0.55, 0.75, 0.9, 0.45, 0.06, 0, 0, 0)),  # 三代同堂
    Kind(0.04, 52, 76, (0.65, 0, 0, 0, 0, 0, 0, 1, 0.30)),  # 隔代
    Kind(0.04, 27, 54, (0, 0, 0.1, 1, 0.25, 0.03, 0, 0, 0)),  # 单亲
    Kind(0.05, 52, 74, (0.80, 0, 0, 1, 0, 0, 0.85, 0.8, 0.25)),  # 老人为户主的三代
)


def draw_people(
    seed: int, people: int, as_of: date, places: pl.DataFrame, *, twins: float, same_names: float
) -> pl.DataFrame:
    """居民表,恰好 people 人,按户、席位排序。

    列:pid hid slot relation male birth age village ethnicity name id、
    spouse(配偶 pid,无则 -1)、guardian(监护人 pid)、head(户主 pid)。
    """
    rng = stream(seed, "people")
    present, ages, male = draw_seats(rng, people)
    hid, slot = np.nonzero(present)
    twin = draw_twins(rng, present, slot, twins)
    birth = draw_births(rng, ages[hid, slot], twin, as_of)
    village = choose(rng, places.height, present.shape[0], places["weight"].to_list())
    persons = pl.DataFrame(
        {
            "pid": np.arange(len(hid), dtype=np.int64),
            "hid": hid.astype(np.int64),
            "slot": slot.astype(np.int64),
            "relation": pl.Series(RELATIONS).gather(slot),
            "male": male[hid, slot],
            "birth": birth,
            "age": whole_years(birth, as_of),
            "village": village[hid],
            "ethnicity": pick(rng, ETHNICITIES, present.shape[0], (0.965, 0.015, 0.01, 0.006, 0.004)).gather(hid),
        }
    )
    surname = family_surnames(rng, male, present)[hid, slot]
    persons = persons.with_columns(name=full_names(rng, surname, male[hid, slot], persons["age"].to_numpy()))
    persons = persons.with_columns(namesakes(rng, persons, same_names))
    number = issue(stream(seed, "id"), birth, male[hid, slot], twin)
    return with_kin(persons.with_columns(to_text(number).alias("id")))


def draw_seats(rng: np.random.Generator, people: int) -> tuple[Bools, Floats, Bools]:
    """抽户:present、ages、male 均为 [户, 席位];总人数恰为 people。"""
    count = int(people / 2.4) + 40
    kind = choose(rng, len(KINDS), count, [k.share for k in KINDS])
    seats = np.array([(1.0, *k.seats) for k in KINDS])[kind]
    present = rng.random(seats.shape) < seats
    head = rng.integers(np.array([k.youngest for k in KINDS])[kind], np.array([k.oldest for k in KINDS])[kind] + 1)
    ages = seat_ages(rng, head.astype(np.float64), kind == 7)
    present &= (ages >= 0) & (ages <= 96)
    running = np.cumsum(present.sum(axis=1))
    last = int(np.searchsorted(running, people))
    present, ages = present[: last + 1], ages[: last + 1]
    surplus = int(running[last]) - people
    if surplus:
        present[last, np.flatnonzero(present[last])[-surplus:]] = False
    return present, ages, seat_sexes(rng, present)


def seat_ages(rng: np.random.Generator, head: Floats, skipped: Bools) -> Floats:
    """各席位的年龄,[户, 10];不合情理的(未出生、过百岁)由调用者去掉。"""
    count = len(head)
    child1 = head - np.clip(rng.normal(27.5, 4.0, count), 20, 44)
    child2 = child1 - rng.integers(2, 8, count)
    child3 = child2 - rng.integers(2, 6, count)
    spouse = np.maximum(np.maximum(head + np.round(rng.normal(-1.5, 2.5, count)), 22), child1 + 19)
    father = head + np.clip(rng.normal(27, 4, count), 20, 42)
    mother = father + np.round(rng.normal(-1.5, 2.5, count))
    mother = np.maximum(mother, head + 18)
    inlaw = np.maximum(child1 + np.round(rng.normal(0, 2.5, count)), 22)
    grand1 = np.where(skipped, rng.integers(1, 18, count), child1 - np.clip(rng.normal(26, 3, count), 20, 40))
    grand2 = grand1 - rng.integers(2, 6, count)
    seats = (head, spouse, father, mother, child1, child2, child3, inlaw, grand1, grand2)
    return np.floor(np.stack(seats, axis=1))


def seat_sexes(rng: np.random.Generator, present: Bools) -> Bools:
    """各席位的性别(真为男),夫妻、父母、子女与其配偶成对。"""
    male = rng.random(present.shape) < 0.52
    couple = present[:, SPOUSE]
    male[:, HEAD] = rng.random(len(present)) < np.where(couple, 0.86, 0.52)
    male[:, SPOUSE] = ~male[:, HEAD]
    male[:, FATHER], male[:, MOTHER] = True, False
    male[:, INLAW] = ~male[:, CHILD1]
    return male


def draw_twins(rng: np.random.Generator, present: Bools, slot: Ints, share: float) -> Bools:
    """哪些人与前一行(哥哥姐姐)是双胞胎。"""
    twin = np.zeros(len(slot), dtype=bool)
    second = np.flatnonzero((slot[1:] == CHILD2) & (slot[:-1] == CHILD1)) + 1
    twin[second[rng.random(len(second)) < share]] = True
    return twin


def draw_births(rng: np.random.Generator, ages: Floats, twin: Bools, as_of: date) -> pl.Series:
    """出生日期;双胞胎同日。"""
    days = (day_number(as_of) - np.floor(ages * YEAR) - rng.integers(1, 364, len(ages))).astype(np.int64)
    second = np.flatnonzero(twin)
    days[second] = days[second - 1]
    return dates(days)


def whole_years(birth: pl.Series, as_of: date) -> npt.NDArray[np.int64]:
    """周岁。"""
    month_day = birth.dt.month().to_numpy().astype(np.int64) * 100 + birth.dt.day().to_numpy()
    before = month_day > as_of.month * 100 + as_of.day
    return np.asarray(as_of.year - birth.dt.year().to_numpy().astype(np.int64) - before, dtype=np.int64)


def family_surnames(rng: np.random.Generator, male: Bools, present: Bools) -> Ints:
    """姓的序号,[户, 席位]:子女随父姓,父亲与户主同姓。"""
    count = len(male)
    surname = draw_surnames(rng, count * 10).reshape(count, 10)
    surname[:, FATHER] = surname[:, HEAD]
    from_head = male[:, HEAD] | ~present[:, SPOUSE]
    children = np.where(from_head, surname[:, HEAD], surname[:, SPOUSE])
    surname[:, [CHILD1, CHILD2, CHILD3]] = children[:, None]
    from_child = male[:, CHILD1] | ~present[:, INLAW]
    surname[:, [GRAND1, GRAND2]] = np.where(from_child, children, surname[:, INLAW])[:, None]
    return surname


def with_kin(persons: pl.DataFrame) -> pl.DataFrame:
    """补上配偶与监护人:户主与配偶互为配偶,未成年人以户主为监护人。"""
    head = pl.col("pid").first().over("hid")
    paired = (pl.col("slot") == SPOUSE).any().over("hid")
    return persons.with_columns(
        spouse=pl.when(paired & (pl.col("slot") == HEAD))
        .then(pl.col("pid") + 1)
        .when(pl.col("slot") == SPOUSE)
        .then(pl.col("pid") - 1)
        .otherwise(-1),
        guardian=pl.when((pl.col("slot") >= CHILD1) & paired & (pl.col("pid") % 3 == 0)).then(head + 1).otherwise(head),
        head=head,
    )
