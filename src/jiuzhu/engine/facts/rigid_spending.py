"""刚性支出:医疗、教育、残疾必需支出,与收入之比。"""

import ibis
from ibis import ifelse, literal
from ibis.expr import types as ir

from jiuzhu.engine.facts.dictionary import Category, Context

rigid_spending = Category("刚性支出")


@rigid_spending.from_source(
    "gangxing_zhichu", "登记年刚性支出", unit="元/年", meaning="刚性支出困难家庭台账上的年刚性支出；不在册为空"
)
def registered_spending(t: ir.Table, c: Context) -> ir.Value:
    return t.yearly_rigid_spending.max().cast("float64")


@rigid_spending.from_source("gangxing_zhichu", "刚性认定年度", unit="年", meaning="刚性支出困难认定年度；不在册为空")
def registered_year(t: ir.Table, c: Context) -> ir.Value:
    return t.confirmed_year.max().cast("float64")


rigid_spending.highest("家庭登记年刚性支出", "登记年刚性支出", unit="元/年", meaning="台账上的年刚性支出；不在册为空")


@rigid_spending.of_household(
    "残疾必需支出", unit="元/年", meaning="重度残疾人数乘参数“重度残疾年必需支出”", uses=("重度残疾人数",)
)
def disability_spending(t: ir.Table, c: Context) -> ir.Value:
    return t["重度残疾人数"] * c.parameter("重度残疾年必需支出", t)


@rigid_spending.of_household(
    "家庭年刚性支出",
    unit="元/年",
    meaning="近12个月自付医疗费、教育费用与残疾必需支出相加；查得到哪项算哪项，都查不到则未知",
    window="近12个月",
    uses=("家庭近12个月自付医疗费", "家庭年教育费用", "残疾必需支出"),
)
def spending(t: ir.Table, c: Context) -> ir.Value:
    medical, school = t["家庭近12个月自付医疗费"], t["家庭年教育费用"]
    known = ibis.coalesce(medical, school)
    total = medical.fill_null(0.0) + school.fill_null(0.0) + t["残疾必需支出"].fill_null(0.0)
    return ifelse(known.isnull(), literal(None, type="float64"), total)


@rigid_spending.of_household(
    "月人均刚性支出",
    unit="元/月",
    meaning="家庭年刚性支出 ÷ 12 ÷ 家庭人口数",
    window="近12个月",
    uses=("家庭年刚性支出", "家庭人口数"),
)
def spending_per_head(t: ir.Table, c: Context) -> ir.Value:
    return t["家庭年刚性支出"] / 12 / t["家庭人口数"].nullif(0)


@rigid_spending.of_household(
    "刚性支出占收入比",
    unit="比例",
    meaning="家庭年刚性支出 ÷ 家庭年核定收入；收入为0则未知",
    window="近12个月",
    uses=("家庭年刚性支出", "家庭年核定收入"),
)
def spending_ratio(t: ir.Table, c: Context) -> ir.Value:
    return t["家庭年刚性支出"] / t["家庭年核定收入"].nullif(0)


@rigid_spending.of_household(
    "扣除刚性支出后月人均收入",
    unit="元/月",
    meaning="(家庭年核定收入 − 家庭年刚性支出)÷ 12 ÷ 家庭人口数，可为负",
    window="近12个月",
    uses=("家庭年核定收入", "家庭年刚性支出", "家庭人口数"),
)
def income_after_spending(t: ir.Table, c: Context) -> ir.Value:
    return (t["家庭年核定收入"] - t["家庭年刚性支出"]) / 12 / t["家庭人口数"].nullif(0)


@rigid_spending.of_household("近12个月有成员去世", "bool", meaning="户内近12个月有人死亡注销", window="近12个月")
def recent_death(t: ir.Table, c: Context) -> ir.Value:
    return t["去世成员数"].fill_null(0) > 0
