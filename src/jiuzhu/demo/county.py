"""一座虚构的县:人、户、村居、就诊明细,以及它们的真相表。"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from jiuzhu.demo.households import draw_people
from jiuzhu.demo.livelihoods import add_livelihoods
from jiuzhu.demo.misfortunes import add_deaths, add_misfortunes, draw_visits
from jiuzhu.demo.places import draw_places
from jiuzhu.demo.standing import add_standing
from jiuzhu.demo.streams import choose, pick, stream


@dataclass(frozen=True)
class Temper:
    """县情里与文件差错有关的几个比例。"""

    twins: float = 0.006  # 有两个孩子的家庭里双胞胎的占比
    same_names: float = 0.002  # 户主配偶与同村另一户同名同姓的户
    moved: float = 0.002  # 搬了村而部门仍记旧址的户
    dead_kept: float = 0.30  # 名单户里已故成员仍留在名单上的比例
    several_lists: float = 0.004  # 同时在两个名单上的户


@dataclass(frozen=True)
class County:
    """persons、households、places、visits 四张表;seed、as_of、temper 为生成时所用。"""

    persons: pl.DataFrame
    households: pl.DataFrame
    places: pl.DataFrame
    visits: pl.DataFrame
    seed: int
    as_of: date
    temper: Temper

    def rng(self, label: str) -> np.random.Generator:
        """这个县里某个用途的随机流。"""
        return stream(self.seed, label)

    def people_of(self, hids: pl.DataFrame) -> pl.DataFrame:
        """给定各户(含 hid)的成员行,带上户的各列;次序为 pid。"""
        return self.persons.join(hids, on="hid", how="inner", maintain_order="left", suffix="_household")


def build_county(seed: int, people: int, as_of: date, temper: Temper) -> County:
    """按种子造一座县:people 人,评估日 as_of。"""
    places = draw_places(stream(seed, "places"), people)
    persons = draw_people(seed, people, as_of, places, twins=temper.twins, same_names=temper.same_names)
    persons, households = add_livelihoods(seed, as_of, persons, places)
    persons = add_deaths(seed, as_of, persons)
    persons, visits = draw_visits(seed, as_of, persons)
    persons, households = add_misfortunes(seed, persons, households, visits)
    households = add_addresses(seed, add_standing(seed, households), places, temper.moved)
    return County(persons, households, places, visits, seed, as_of, temper)


def add_addresses(seed: int, households: pl.DataFrame, places: pl.DataFrame, moved: float) -> pl.DataFrame:
    """户的住址、电话、账号,以及部门手里的(可能是搬家前的)村居与住址。

    电话用没有放号的 154 号段,账号用没有发卡行的 6999 开头,都不会落到真人头上。
    """
    rng = stream(seed, "addresses")
    count = households.height
    village = households["village"].to_numpy()
    old = np.where(rng.random(count) < moved, choose(rng, places.height, count), village)
    group, house = pl.Series(rng.integers(1, 13, count)), pl.Series(rng.integers(1, 220, count))
    door = pl.format("{}组{}号", group, house)
    words = places.select(pl.concat_str("county", "township", "village_name").alias("words"))["words"]
    doors = households.select(door.alias("door"))["door"]
    return households.with_columns(
        pl.Series("old_village", old),
        (words.gather(village) + doors).alias("address"),
        (words.gather(old) + doors).alias("old_address"),
        pl.format("154{}", pl.Series(rng.integers(0, 10**8, count)).cast(pl.String).str.zfill(8)).alias("phone"),
        pl.format("6999{}", pl.Series(rng.integers(10**14, 10**15, count)).cast(pl.String)).alias("account"),
        pick(rng, ("A", "B", "C"), count, (0.14, 0.06, 0.80)).alias("dibao_class"),
    )


def truth_persons(county: County) -> pl.DataFrame:
    """人的真相:列名同样本县的 persons.parquet。"""
    codes = county.places["village_code"]
    return county.persons.select(
        "pid",
        "hid",
        "id",
        "name",
        codes.gather(county.persons["village"]).alias("village"),
        "alive",
        "age",
        "employed",
        "wage",
        "pension",
        "major",
        "lost_job",
        "student",
        "disabled",
    )


def truth_households(county: County) -> pl.DataFrame:
    """户的真相:列名同样本县的 households.parquet。"""
    return county.households.select(
        "hid",
        "size",
        "urban",
        "income_pc",
        "rigid_pc",
        "deposit",
        "cars",
        "house2",
        "true_class",
        "on_list",
        "shock",
        "disaster",
        "missed",
        "wrongly_on",
    )
