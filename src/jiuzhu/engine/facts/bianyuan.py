"""低边与帮扶在册:低保、特困、低保边缘、防返贫监测名单上的情况。"""

from ibis.expr import types as ir

from jiuzhu.engine.facts.dictionary import Category, Context
from jiuzhu.engine.facts.shorthand import months_before

bianyuan = Category("低边")


@bianyuan.from_source("dibao", "户月低保金", unit="元/月", meaning="低保名册上的户月保障金", absent=0.0)
def dibao_benefit(t: ir.Table, c: Context) -> ir.Value:
    return t.household_monthly_benefit.max().fill_null(0.0).cast("float64")


@bianyuan.from_source("dibao", "低保类别", "text", meaning="低保分类(A、B、C)；不在保为“无”", absent="无")
def dibao_class(t: ir.Table, c: Context) -> ir.Value:
    return t.dibao_class.min()


@bianyuan.from_source("tekun", "月特困供养金", unit="元/月", meaning="特困基本生活标准加照料护理费", absent=0.0)
def tekun_benefit(t: ir.Table, c: Context) -> ir.Value:
    return (t.monthly_living_standard.fill_null(0.0) + t.care_fee.fill_null(0.0)).max().cast("float64")


@bianyuan.from_source("tekun", "特困自理能力", "text", meaning="特困名册上的自理能力；不在册为“无”", absent="无")
def tekun_self_care(t: ir.Table, c: Context) -> ir.Value:
    return t.self_care.max()


@bianyuan.from_source(
    "tekun", "特困供养方式", "text", meaning="特困名册上的供养方式（集中、分散）；不在册为“无”", absent="无"
)
def tekun_support_mode(t: ir.Table, c: Context) -> ir.Value:
    return t.support_mode.max()


@bianyuan.from_source(
    "dibao_bianyuan", "低边认定月数", unit="月", meaning="最近一次低保边缘认定至评估日的月数；不在册为空"
)
def months_since_bianyuan(t: ir.Table, c: Context) -> ir.Value:
    return months_before(c.as_of, t.confirmed_date.max())


@bianyuan.from_source(
    "dibao_bianyuan", "低边认定月人均收入", unit="元/月", meaning="低保边缘认定时的家庭月人均收入；不在册为空"
)
def bianyuan_income(t: ir.Table, c: Context) -> ir.Value:
    return t.household_income_per_head_month.min().cast("float64")


@bianyuan.from_source("fangfanpin", "返贫风险未消除", "bool", meaning="防返贫监测对象且风险未消除", absent=False)
def risk_remains(t: ir.Table, c: Context) -> ir.Value:
    return (~t.risk_removed.fill_null(False)).any()


@bianyuan.from_source(
    "fangfanpin", "突发严重困难户", "bool", meaning="防返贫监测类别为突发严重困难户且风险未消除", absent=False
)
def sudden_hardship(t: ir.Table, c: Context) -> ir.Value:
    return (t.monitored_kind.fill_null("").contains("突发") & ~t.risk_removed.fill_null(False)).any()


@bianyuan.from_source(
    "fangfanpin", "监测认定年人均纯收入", unit="元/年", meaning="防返贫监测登记的家庭年人均纯收入；不在册为空"
)
def monitored_income(t: ir.Table, c: Context) -> ir.Value:
    return t.household_income_per_head_year.min().cast("float64")


bianyuan.highest("家庭月低保金", "户月低保金", unit="元/月", meaning="户内低保金（按户发，取成员记录中最高）")

bianyuan.total("家庭月特困供养金", "月特困供养金", unit="元/月", meaning="户内特困供养金合计")

bianyuan.count("低保在册人数", "低保在册", meaning="户内在世而在低保名单上的人数")

bianyuan.anyone("户内返贫风险未消除", "返贫风险未消除", meaning="户内有人为防返贫监测对象且风险未消除")

bianyuan.anyone("户内突发严重困难", "突发严重困难户", meaning="户内有人登记为突发严重困难户且风险未消除")

bianyuan.lowest(
    "监测登记年人均纯收入", "监测认定年人均纯收入", unit="元/年", meaning="户内防返贫监测登记的年人均纯收入；不在册为空"
)

bianyuan.lowest(
    "低边登记月人均收入", "低边认定月人均收入", unit="元/月", meaning="户内低保边缘认定时的月人均收入；不在册为空"
)


@bianyuan.of_household("低边户重残重病人数", unit="人", meaning="低保边缘户内重度残疾或重病人数（可单人纳入低保，法第21条）；非低边户为0",
    uses=("户有低保边缘", "重度残疾人数", "重病人数"))  # fmt: skip
def single_candidates(t: ir.Table, c: Context) -> ir.Value:
    return t["户有低保边缘"].ifelse(t["重度残疾人数"].fill_null(0.0) + t["重病人数"].fill_null(0.0), 0.0)
