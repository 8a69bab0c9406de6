"""人与户:号码合法唯一、家庭合情理、户籍干净。"""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu.demo.county import County, Temper, build_county
from jiuzhu.demo.households import CHILD1, CHILD2, FATHER, HEAD, MOTHER, SPOUSE
from jiuzhu.demo.numbers import PREFIXES, check_digits
from jiuzhu.demo.sources import BUILDERS

AS_OF = date(2026, 10, 31)


@pytest.fixture(scope="module")
def county() -> County:
    return build_county(11, 12_000, AS_OF, Temper(twins=0.2, same_names=0.05, moved=0.05))


def check_letter(body: str) -> str:
    """GB 11643 的算法,逐位另写一遍。"""
    weights = [pow(2, 17 - place, 11) for place in range(17)]
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


@settings(deadline=None)
@given(st.integers(10**16, 10**17 - 1))
def test_校验码与逐位算法一致(body: int) -> None:
    assert chr(check_digits(np.array([body]))[0]) == check_letter(str(body))


def test_校验码与国标例子一致() -> None:
    assert chr(check_digits(np.array([11010519491231002]))[0]) == "X"


def test_号码唯一且合法(county: County) -> None:
    ids = county.persons["id"]
    assert ids.n_unique() == county.persons.height == 12_000
    assert all(number[17] == check_letter(number[:17]) for number in ids)


def test_号码里的前缀生日性别与登记一致(county: County) -> None:
    persons = county.persons
    assert set(persons["id"].str.slice(0, 6)) <= {str(prefix) for prefix in PREFIXES}
    assert (persons["id"].str.slice(6, 8) == persons["birth"].dt.to_string("%Y%m%d")).all()
    assert (persons["id"].str.slice(16, 1).cast(pl.Int64) % 2 == persons["male"].cast(pl.Int64)).all()


def test_双胞胎号码相邻(county: County) -> None:
    older, younger = county.persons.filter(pl.col("slot") == CHILD1), county.persons.filter(pl.col("slot") == CHILD2)
    pairs = older.join(younger, on="hid", suffix="_younger").filter(pl.col("birth") == pl.col("birth_younger"))
    gap = pairs["id_younger"].str.slice(14, 3).cast(pl.Int64) - pairs["id"].str.slice(14, 3).cast(pl.Int64)
    assert pairs.height > 20
    assert gap.abs().is_in([1, 2]).all()
    assert (pairs["id"].str.slice(0, 14) == pairs["id_younger"].str.slice(0, 14)).all()


def test_每户恰有一位户主且排在最前(county: County) -> None:
    heads = county.persons.filter(pl.col("relation") == "户主")
    assert heads["hid"].n_unique() == heads.height == county.households.height
    assert (heads["pid"] == heads["head"]).all()


def test_父母比子女至少大十七岁(county: County) -> None:
    ages = county.persons.pivot("slot", index="hid", values="age", aggregate_function="first")
    for elder, child in ((HEAD, CHILD1), (SPOUSE, CHILD1), (FATHER, HEAD), (MOTHER, HEAD)):
        gap = (ages[str(elder)] - ages[str(child)]).drop_nulls()
        assert gap.len() > 0
        assert gap.min() >= 17, (elder, child)


def test_夫妻一男一女且互为配偶(county: County) -> None:
    couples = county.persons.filter(pl.col("spouse") >= 0)
    other = county.persons[couples["spouse"].to_numpy()]
    assert (other["spouse"] == couples["pid"]).all()
    assert (other["male"] != couples["male"]).all()


def test_子女随父姓(county: County) -> None:
    persons = county.persons.filter(pl.col("slot").is_in([HEAD, CHILD1]))
    names = persons.pivot("slot", index="hid", values="name").drop_nulls()
    fathers = county.persons.filter((pl.col("slot") == HEAD) & pl.col("male")).select("hid")
    rows = names.join(fathers, on="hid")
    same = rows.select((pl.col(str(HEAD)).str.slice(0, 1) == pl.col(str(CHILD1)).str.slice(0, 1)).mean()).item()
    assert same > 0.9  # 与邻户重名的人家除外


def test_同村有同名同姓的两家人(county: County) -> None:
    heads = county.persons.filter(pl.col("slot") == HEAD)
    assert heads.filter(pl.struct("village", "name").is_duplicated()).height > 0.02 * heads.height


def test_搬村的户部门记的是旧址(county: County) -> None:
    moved = county.households.filter(pl.col("village") != pl.col("old_village"))
    assert 0.03 < moved.height / county.households.height < 0.07
    assert (moved["address"] != moved["old_address"]).all()


def test_死者约千分之九且多为老人(county: County) -> None:
    dead = county.persons.filter(~pl.col("alive"))
    assert 0.006 < dead.height / county.persons.height < 0.012
    assert dead["age"].median() > 60
    assert (dead["died"] >= dead["birth"]).all()
    assert (dead["died"] < AS_OF).all()


def test_户籍一人一行且不含差错(county: County) -> None:
    rows = BUILDERS["hukou"](county)
    assert rows["pid"].sort().equals(county.persons["pid"])
    assert rows.filter((pl.col("status") == "正常") & pl.col("status_date").is_not_null()).is_empty()
    assert rows.drop("status_date").null_count().sum_horizontal().item() == 0


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6), st.integers(100, 400))
def test_任何种子都恰好这么多人(seed: int, people: int) -> None:
    county = build_county(seed, people, AS_OF, Temper())
    assert county.persons.height == people
    assert county.persons["id"].n_unique() == people
    assert county.persons["age"].is_between(0, 96).all()
