"""住房:套数、面积、非住宅。"""

from ibis.expr import types as ir

from jiuzhu.engine.facts.dictionary import Category, Context
from jiuzhu.engine.facts.shorthand import count_where, sum_where

housing = Category("住房")

HOME = "住宅|住房|宅基地|公寓"


def _home(t: ir.Table) -> ir.BooleanValue:
    return t.usage.fill_null("住宅").re_search(HOME)


@housing.from_source("real_estate", "住宅数", unit="套", meaning="名下登记的住宅数", absent=0.0)
def homes(t: ir.Table, c: Context) -> ir.Value:
    return count_where(t, _home(t))


@housing.from_source("real_estate", "住宅面积", unit="平方米", meaning="名下登记的住宅建筑面积合计", absent=0.0)
def home_area(t: ir.Table, c: Context) -> ir.Value:
    return sum_where(t.floor_area, _home(t))


@housing.from_source("real_estate", "非住宅数", unit="处", meaning="名下登记的商业、办公、厂房等", absent=0.0)
def other_estate(t: ir.Table, c: Context) -> ir.Value:
    return count_where(t, ~_home(t))


housing.total("家庭住宅数", "住宅数", unit="套", meaning="成员名下住宅数合计")

housing.total("家庭非住宅数", "非住宅数", unit="处", meaning="成员名下非住宅不动产合计")

housing.total("家庭住宅面积", "住宅面积", unit="平方米", meaning="成员名下住宅建筑面积合计")


@housing.of_household("不动产处数", unit="处", meaning="住宅与非住宅不动产合计", uses=("家庭住宅数", "家庭非住宅数"))
def estates(t: ir.Table, c: Context) -> ir.Value:
    return t["家庭住宅数"] + t["家庭非住宅数"]


@housing.of_household(
    "人均住宅面积",
    unit="平方米",
    meaning="家庭住宅面积 ÷ 家庭人口数；没有登记住宅则为0",
    uses=("家庭住宅面积", "家庭人口数"),
)
def home_area_per_head(t: ir.Table, c: Context) -> ir.Value:
    return t["家庭住宅面积"] / t["家庭人口数"].nullif(0)


@housing.of_household(
    "无住宅登记", "bool", meaning="名下没有登记住宅（农村自建房可能未登记，需核实）", uses=("家庭住宅数",)
)
def no_home(t: ir.Table, c: Context) -> ir.Value:
    return t["家庭住宅数"] == 0
