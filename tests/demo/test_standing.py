"""真相:类别按标准与财产线重算一遍,名单的漏与错在说好的范围里,部门看不全。"""

from datetime import date

import polars as pl
import pytest

from jiuzhu.demo.county import County, Temper, build_county, truth_households, truth_persons
from jiuzhu.demo.sources import BUILDERS
from jiuzhu.demo.standing import DIBAO, EDGE, NONE, RIGID, TEKUN

AS_OF = date(2026, 10, 31)


@pytest.fixture(scope="module")
def county() -> County:
    return build_county(5, 40_000, AS_OF, Temper())


@pytest.fixture(scope="module")
def households(county: County) -> pl.DataFrame:
    return county.households.with_columns(line=pl.when("urban").then(780).otherwise(640))


def test_低保户收入在线下且财产在线内(households: pl.DataFrame) -> None:
    rows = households.filter(pl.col("true_class") == DIBAO)
    assert (rows["income_pc"] < rows["line"]).all()
    assert (rows["cars"] == 0).all()
    assert not rows["house2"].any()
    assert (rows["deposit"] <= 24 * rows["line"] * rows["alive"]).all()


def test_特困户无劳动能力无义务人(households: pl.DataFrame) -> None:
    rows = households.filter(pl.col("true_class") == TEKUN)
    assert not rows["able"].any()
    assert rows["alone"].all()
    assert (rows["income_pc"] < rows["line"]).all()


def test_边缘户在一倍与一倍半之间(households: pl.DataFrame) -> None:
    rows = households.filter(pl.col("true_class") == EDGE)
    assert (rows["income_pc"] >= rows["line"]).all()
    assert (rows["income_pc"] < 1.5 * rows["line"]).all()


def test_刚性支出户支出占收入六成以上(households: pl.DataFrame) -> None:
    rows = households.filter(pl.col("true_class") == RIGID)
    assert rows.height > 10
    assert (rows["rigid_pc"] >= 0.6 * rows["income_pc"]).all()


def test_超线的户不属任何一类(households: pl.DataFrame) -> None:
    rows = households.filter((pl.col("cars") > 0) | pl.col("house2") | pl.col("trade_open") | (pl.col("alive") == 0))
    assert (rows["true_class"] == NONE).all()


def test_漏与错的定义(households: pl.DataFrame) -> None:
    missed = households.filter("missed")
    wrong = households.filter("wrongly_on")
    rest = households.filter(~pl.col("missed") & ~pl.col("wrongly_on"))
    assert (missed["true_class"] != NONE).all()
    assert (missed["on_list"] == NONE).all()
    assert (wrong["true_class"] == NONE).all()
    assert (wrong["on_list"] != NONE).all()
    assert (rest["true_class"] == rest["on_list"]).all()


@pytest.mark.parametrize(
    ("what", "low", "high"),
    [("missed", 0.035, 0.065), ("wrongly_on", 0.005, 0.015), ("shock", 0.03, 0.08), ("disaster", 0.003, 0.009)],
)
def test_比例近于样本县(households: pl.DataFrame, what: str, low: float, high: float) -> None:
    assert low < households[what].mean() < high


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [(DIBAO, 0.06, 0.13), (EDGE, 0.05, 0.10), (TEKUN, 0.008, 0.03), (RIGID, 0.001, 0.006)],
)
def test_各类占比(households: pl.DataFrame, name: str, low: float, high: float) -> None:
    assert low < (households["true_class"] == name).mean() < high


def test_变故之户更易漏(households: pl.DataFrame) -> None:
    entitled = households.filter(pl.col("true_class") == DIBAO)
    share = dict(entitled.group_by("shock").agg(pl.col("missed").mean()).rows())
    assert share[True] > 2 * share[False]


def test_部门看不见零工_税务里的收入少于真实工资(county: County) -> None:
    taxed = BUILDERS["tax_income"](county)["yearly_income"].sum()
    assert 0.2 < taxed / (12 * county.persons["wage"].sum()) < 0.75


def test_死者仍在名单上(county: County) -> None:
    alive = county.persons["alive"]
    listed = pl.concat([BUILDERS[source](county).select("pid") for source in ("dibao", "tekun", "dibao_bianyuan")])
    dead = listed.filter(~alive.gather(listed["pid"]))
    assert 0 < dead.height < 0.02 * listed.height


def test_有人同在两个名单(county: County) -> None:
    dibao, tekun = (set(BUILDERS[source](county)["pid"]) for source in ("dibao", "tekun"))
    assert dibao & tekun


def test_真相表的列与样本县相同(county: County) -> None:
    assert truth_persons(county).columns == [
        *("pid", "hid", "id", "name", "village", "alive", "age", "employed", "wage", "pension"),
        *("major", "lost_job", "student", "disabled"),
    ]
    assert truth_households(county).columns == [
        *("hid", "size", "urban", "income_pc", "rigid_pc", "deposit", "cars", "house2", "true_class", "on_list"),
        *("shock", "disaster", "missed", "wrongly_on"),
    ]
    assert truth_households(county)["size"].sum() == county.persons.height
