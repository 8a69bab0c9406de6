"""医疗:住院、大病、自付,按日期窗口。"""

from ibis.expr import types as ir

from jiuzhu.engine.facts.dictionary import Category, Context
from jiuzhu.engine.facts.shorthand import count_where, sum_where

medical = Category("医疗")

# 国家卫健委大病救治与门诊慢特病中花费高、病程长的病种,按 ICD-10 类目;县里可在数据目录里增补
SERIOUS = r"^(C\d\d|D0|D3[789]|D4|N18|I21|I6[0-4]|F20|G20|G35|G82|B20|D66|D67|E84|K74|Z94)"


@medical.from_source(
    "medical_settlement",
    "近12个月自付医疗费",
    "number",
    unit="元",
    meaning="结算单上的个人自付合计",
    window="近12个月",
    absent=0.0,
)
def self_paid_year(t: ir.Table, c: Context) -> ir.Value:
    return sum_where(t.self_paid, t.settled_date > c.since(months=12))


@medical.from_source(
    "medical_settlement",
    "近3个月自付医疗费",
    "number",
    unit="元",
    meaning="结算单上的个人自付合计",
    window="近3个月",
    absent=0.0,
)
def self_paid_quarter(t: ir.Table, c: Context) -> ir.Value:
    return sum_where(t.self_paid, t.settled_date > c.since(months=3))


@medical.from_source(
    "medical_settlement",
    "近12个月住院自付",
    "number",
    unit="元/年",
    meaning="就诊类别为住院或大病的结算单上的个人自付合计",
    window="近12个月",
    absent=0.0,
)
def inpatient_self_paid(t: ir.Table, c: Context) -> ir.Value:
    inpatient = t.visit_kind.fill_null("").re_search("住院|大病")
    return sum_where(t.self_paid, inpatient & (t.settled_date > c.since(months=12)))


@medical.from_source(
    "medical_settlement",
    "近12个月门诊慢特病自付",
    "number",
    unit="元/年",
    meaning="就诊类别为门诊慢特病的结算单上的个人自付合计",
    window="近12个月",
    absent=0.0,
)
def chronic_self_paid(t: ir.Table, c: Context) -> ir.Value:
    return sum_where(t.self_paid, (t.visit_kind == "门诊慢特病") & (t.settled_date > c.since(months=12)))


@medical.from_source(
    "medical_settlement",
    "近12个月医疗总费用",
    "number",
    unit="元",
    meaning="结算单总费用合计",
    window="近12个月",
    absent=0.0,
)
def medical_cost(t: ir.Table, c: Context) -> ir.Value:
    return sum_where(t.total_cost, t.settled_date > c.since(months=12))


@medical.from_source(
    "medical_settlement",
    "近12个月住院次数",
    "number",
    unit="次",
    meaning="就诊类别为住院或大病的结算次数",
    window="近12个月",
    absent=0.0,
)
def admissions(t: ir.Table, c: Context) -> ir.Value:
    inpatient = t.visit_kind.fill_null("").re_search("住院|大病")
    return count_where(t, inpatient & (t.settled_date > c.since(months=12)))


@medical.from_source(
    "medical_settlement",
    "单次最高自付",
    "number",
    unit="元",
    meaning="一次结算中最高的个人自付",
    window="近12个月",
    absent=0.0,
)
def highest_self_paid(t: ir.Table, c: Context) -> ir.Value:
    return t.self_paid.max(where=t.settled_date > c.since(months=12)).fill_null(0.0).cast("float64")


@medical.from_source(
    "medical_settlement",
    "患重病",
    "bool",
    meaning="近12个月有大病结算，或疾病编码属肿瘤、肾衰竭、心梗、脑卒中等类目",
    window="近12个月",
    absent=False,
)
def seriously_ill(t: ir.Table, c: Context) -> ir.Value:
    serious = (t.visit_kind.fill_null("") == "大病") | t.disease_code.fill_null("").re_search(SERIOUS)
    return (serious & (t.settled_date > c.since(months=12))).any()


medical.total(
    "家庭近12个月自付医疗费", "近12个月自付医疗费", unit="元/年", meaning="成员个人自付合计", window="近12个月"
)

medical.total("家庭近3个月自付医疗费", "近3个月自付医疗费", unit="元", meaning="成员个人自付合计", window="近3个月")

medical.count("重病人数", "患重病", meaning="户内患重病人数", window="近12个月")

medical.total("家庭住院次数", "近12个月住院次数", unit="次", meaning="成员住院次数合计", window="近12个月")


@medical.of_household(
    "人均自付医疗费",
    unit="元/年",
    meaning="家庭近12个月自付医疗费 ÷ 家庭人口数",
    window="近12个月",
    uses=("家庭近12个月自付医疗费", "家庭人口数"),
)
def self_paid_per_head(t: ir.Table, c: Context) -> ir.Value:
    return t["家庭近12个月自付医疗费"] / t["家庭人口数"].nullif(0)
