"""就业:参保、失业、断缴。"""

from ibis.expr import types as ir

from jiuzhu.engine.facts.dictionary import Category, Context
from jiuzhu.engine.facts.shorthand import months_before

employment = Category("就业")

WORKING = ["在职", "正常参保", "参保缴费", "正常缴费", "在保"]


@employment.from_source("social_insurance", "在职参保", "bool", meaning="职工养老保险在职参保", absent=False)
def insured_at_work(t: ir.Table, c: Context) -> ir.Value:
    return t.insured_status.isin(WORKING).any()


@employment.from_source("social_insurance", "在职缴费基数", unit="元/月", meaning="在职参保的月缴费基数", absent=0.0)
def contribution_base(t: ir.Table, c: Context) -> ir.Value:
    return t.contribution_base.max(where=t.insured_status.isin(WORKING)).fill_null(0.0).cast("float64")


@employment.from_source("social_insurance", "登记失业", "bool", meaning="社会保险登记为失业", absent=False)
def unemployed(t: ir.Table, c: Context) -> ir.Value:
    return (t.insured_status == "失业").any()


@employment.from_source(
    "social_insurance", "失业月数", unit="月", meaning="失业登记至评估日的月数；没有登记为0", absent=0.0
)
def months_unemployed(t: ir.Table, c: Context) -> ir.Value:
    latest = t.unemployment_date.max(where=t.insured_status == "失业")
    return months_before(c.as_of, latest).fill_null(0.0)


@employment.from_source(
    "social_insurance",
    "断缴月数",
    unit="月",
    meaning="在职或失业人员最近缴费月至评估日的月数；没有缴费记录为0",
    absent=0.0,
)
def months_unpaid(t: ir.Table, c: Context) -> ir.Value:
    return months_before(c.as_of, t.last_paid_month.max())


employment.count("登记失业人数", "登记失业", meaning="户内登记失业人数")

employment.highest("最长失业月数", "失业月数", unit="月", meaning="户内登记失业最久的月数")

employment.count("在职参保人数", "在职参保", meaning="户内在职参保人数")

employment.count("有收入记录人数", "有收入记录", meaning="户内有工资、待遇或经营记录的人数")


@employment.of_household(
    "零就业家庭",
    "bool",
    meaning="有劳动力而无人在职参保、无工资记录、无市场主体",
    uses=("劳动力人数", "家庭年工资性收入", "家庭市场主体数"),
)
def nobody_at_work(t: ir.Table, c: Context) -> ir.Value:
    return (t["劳动力人数"] > 0) & (t["家庭年工资性收入"] == 0) & (t["家庭市场主体数"] == 0)
