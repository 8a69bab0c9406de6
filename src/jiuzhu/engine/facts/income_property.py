"""财产收入:四类收入、扣减,金融资产、车辆、市场主体、公积金。

收入口径见《最低生活保障审核确认办法》(民发〔2021〕57号):工资性、经营净、财产净、转移净四类相加;
优抚、奖扶、救助金本身不计入;因务工增加的支出可按比例扣减。数据里只有一部分收入,故分“可查收入”与“核定收入”。
"""

import ibis
from ibis import ifelse, literal
from ibis.expr import types as ir

from jiuzhu.engine.facts.dictionary import Category, Context
from jiuzhu.engine.facts.shorthand import count_of, count_where, sum_where

income_property = Category("财产收入")

NOT_CARS = "摩托|农用|三轮|拖拉机|电动自行车"
RUNNING = ["存续", "在业", "开业", "在营", "正常"]
INVESTMENTS = ["理财", "证券", "基金", "信托", "股票"]


# ── 人:收入 ────────────────────────────────────────────────────────────────


def _last_year(t: ir.Table, c: Context, wanted: ir.BooleanValue) -> ir.FloatingValue:
    """上一年度的合计;上一年度没有则用本年度。"""
    before = t.yearly_income.sum(where=wanted & (t.tax_year == c.as_of.year - 1))
    this = t.yearly_income.sum(where=wanted & (t.tax_year == c.as_of.year))
    return ibis.coalesce(before, this, literal(0.0)).cast("float64")


@income_property.from_source(
    "tax_income",
    "年纳税工资",
    unit="元/年",
    meaning="税务申报的工资薪金、劳务报酬全年收入额",
    window="上一年度",
    absent=0.0,
)
def taxed_wage(t: ir.Table, c: Context) -> ir.Value:
    return _last_year(t, c, ~t.income_item.fill_null("").re_search("经营|财产|利息|股息|租赁|偶然"))


@income_property.from_source(
    "tax_income", "年纳税经营所得", unit="元/年", meaning="税务申报的经营所得全年收入额", window="上一年度", absent=0.0
)
def taxed_business_income(t: ir.Table, c: Context) -> ir.Value:
    return _last_year(t, c, t.income_item.fill_null("").contains("经营"))


@income_property.from_source(
    "tax_income",
    "年纳税财产所得",
    unit="元/年",
    meaning="税务申报的利息股息、财产租赁与转让所得",
    window="上一年度",
    absent=0.0,
)
def taxed_property_income(t: ir.Table, c: Context) -> ir.Value:
    return _last_year(t, c, t.income_item.fill_null("").re_search("财产|利息|股息|租赁"))


@income_property.from_source(
    "social_insurance", "月养老金", unit="元/月", meaning="正在领取的养老待遇，同一险种重复记录取最高", absent=0.0
)
def pension(t: ir.Table, c: Context) -> ir.Value:
    return t.monthly_benefit.max(where=t.insured_status == "领取待遇").fill_null(0.0).cast("float64")


@income_property.of_person(
    "年工资性收入",
    unit="元/年",
    meaning="税务有工资的按税务；没有而正在参保的按缴费基数乘12；都没有为0",
    window="上一年度",
    uses=("年纳税工资", "在职缴费基数"),
)
def wage(t: ir.Table, c: Context) -> ir.Value:
    taxed, base = t["年纳税工资"], t["在职缴费基数"]
    recorded = ifelse(taxed.fill_null(0.0) > 0, taxed, base * 12)
    return ibis.coalesce(recorded, taxed)


@income_property.of_person(
    "有收入记录", "bool", meaning="税务、社保、公积金、市场主体任一来源有工资、待遇或经营记录",
    uses=("年工资性收入", "月养老金", "市场主体数", "公积金月缴存额"),
)  # fmt: skip
def has_income_record(t: ir.Table, c: Context) -> ir.Value:
    names = ("年工资性收入", "月养老金", "市场主体数", "公积金月缴存额")
    return ibis.or_(*[t[name].fill_null(0.0) > 0 for name in names])


@income_property.of_person(
    "无记录劳动力", "bool", meaning="有劳动能力、在劳动年龄而没有任何收入记录（可能在灵活就业、务农，也可能无业）",
    uses=("劳动年龄有劳动能力", "有收入记录"),
)  # fmt: skip
def unrecorded_worker(t: ir.Table, c: Context) -> ir.Value:
    return t["劳动年龄有劳动能力"] & ~t["有收入记录"] & (t["年龄"] >= 18)


# ── 人:财产 ────────────────────────────────────────────────────────────────


@income_property.from_source(
    "financial_asset", "金融资产", unit="元", meaning="存款、理财、证券、保险现金价值合计", absent=0.0
)
def financial_assets(t: ir.Table, c: Context) -> ir.Value:
    return t.balance.sum().fill_null(0.0).cast("float64")


@income_property.from_source("financial_asset", "投资理财", unit="元", meaning="理财、证券、基金等合计", absent=0.0)
def investments(t: ir.Table, c: Context) -> ir.Value:
    return sum_where(t.balance, t.asset_kind.isin(INVESTMENTS))


def _car(t: ir.Table) -> ir.BooleanValue:
    gone = t.vehicle_status.fill_null("").re_search("注销|报废|转出")
    return ~gone & ~t.vehicle_type.fill_null("").re_search(NOT_CARS)


@income_property.from_source("vehicle", "汽车数", unit="辆", meaning="在用汽车数，不含摩托车、农用车", absent=0.0)
def cars(t: ir.Table, c: Context) -> ir.Value:
    return count_where(t, _car(t))


@income_property.from_source("vehicle", "汽车估值", unit="元", meaning="在用汽车评估价值合计", absent=0.0)
def car_value(t: ir.Table, c: Context) -> ir.Value:
    return sum_where(t.appraised_value, _car(t))


@income_property.from_source(
    "vehicle",
    "新购汽车估值",
    unit="元",
    meaning="12个月内初次登记的汽车中最高一辆的评估价值",
    window="近12个月",
    absent=0.0,
)
def new_car_value(t: ir.Table, c: Context) -> ir.Value:
    recent = t.registered_date > c.since(months=12)
    return t.appraised_value.max(where=_car(t) & recent).fill_null(0.0).cast("float64")


def _running(t: ir.Table) -> ir.BooleanValue:
    return t.business_status.fill_null("存续").isin(RUNNING)


@income_property.from_source(
    "business", "市场主体数", unit="个", meaning="任经营者、法定代表人或股东的存续市场主体数", absent=0.0
)
def businesses(t: ir.Table, c: Context) -> ir.Value:
    return count_where(t, _running(t))


@income_property.from_source(
    "business", "公司数", unit="个", meaning="其中公司、企业的个数（不含个体工商户）", absent=0.0
)
def companies(t: ir.Table, c: Context) -> ir.Value:
    return count_where(t, _running(t) & ~t.business_type.fill_null("").contains("个体"))


@income_property.from_source("business", "注册资本", unit="元", meaning="存续市场主体注册资本合计", absent=0.0)
def registered_capital(t: ir.Table, c: Context) -> ir.Value:
    return sum_where(t.registered_capital, _running(t))


@income_property.from_source(
    "housing_fund", "公积金月缴存额", unit="元/月", meaning="正常缴存账户的月缴存额", absent=0.0
)
def housing_fund_deposit(t: ir.Table, c: Context) -> ir.Value:
    return t.monthly_deposit.max(where=t.account_status.fill_null("正常") == "正常").fill_null(0.0).cast("float64")


@income_property.from_source("housing_fund", "公积金余额", unit="元", meaning="公积金账户余额", absent=0.0)
def housing_fund_balance(t: ir.Table, c: Context) -> ir.Value:
    return t.balance.max().fill_null(0.0).cast("float64")


# ── 户:收入 ────────────────────────────────────────────────────────────────


@income_property.of_members(
    "家庭年工资性收入", unit="元/年", meaning="成员年工资性收入合计", window="上一年度", uses=("年工资性收入",)
)
def household_wage(t: ir.Table, c: Context) -> ir.Value:
    return t["年工资性收入"].sum()


@income_property.of_members(
    "家庭年经营净收入", unit="元/年", meaning="成员申报的经营所得合计", window="上一年度", uses=("年纳税经营所得",)
)
def household_business_income(t: ir.Table, c: Context) -> ir.Value:
    return t["年纳税经营所得"].sum()


@income_property.of_members("家庭金融资产", unit="元", meaning="成员金融资产合计", uses=("金融资产",))
def household_financial_assets(t: ir.Table, c: Context) -> ir.Value:
    return t["金融资产"].sum()


@income_property.of_members("家庭投资理财", unit="元", meaning="成员理财、证券、基金合计", uses=("投资理财",))
def household_investments(t: ir.Table, c: Context) -> ir.Value:
    return t["投资理财"].sum()


@income_property.of_members(
    "成员年财产所得", unit="元/年", meaning="成员申报的财产所得合计", window="上一年度", uses=("年纳税财产所得",)
)
def members_property_income(t: ir.Table, c: Context) -> ir.Value:
    return t["年纳税财产所得"].sum()


@income_property.of_household(
    "家庭年财产净收入",
    unit="元/年",
    meaning="申报的财产所得，加金融资产按参数“金融资产年收益率”折算的收益",
    window="上一年度",
    uses=("成员年财产所得", "家庭金融资产"),
)
def household_property_income(t: ir.Table, c: Context) -> ir.Value:
    yields = t["家庭金融资产"] * c.parameter("金融资产年收益率", t)
    return ibis.coalesce(t["成员年财产所得"] + yields, t["成员年财产所得"], yields)


@income_property.of_members("家庭月养老金", unit="元/月", meaning="成员养老待遇合计", uses=("月养老金",))
def household_pension(t: ir.Table, c: Context) -> ir.Value:
    return t["月养老金"].sum()


@income_property.of_household(
    "家庭年转移净收入", unit="元/年", meaning="养老待遇乘12；救助金、优抚、奖扶不计入", uses=("家庭月养老金",)
)
def household_transfers(t: ir.Table, c: Context) -> ir.Value:
    return t["家庭月养老金"] * 12


@income_property.of_members(
    "无记录劳动力人数", unit="人", meaning="户内有劳动能力而没有收入记录的人数", uses=("无记录劳动力",)
)
def unrecorded_workers(t: ir.Table, c: Context) -> ir.Value:
    return count_of(t, "无记录劳动力")


@income_property.of_household(
    "家庭年可查收入",
    unit="元/年",
    meaning="四类收入中各部门数据查得到的部分，减去务工成本扣减（参数）；财产、经营来源缺时不含该项",
    window="上一年度",
    uses=("家庭年工资性收入", "家庭年转移净收入", "家庭年经营净收入", "家庭年财产净收入"),
)
def recorded_income(t: ir.Table, c: Context) -> ir.Value:
    kept = 1 - c.parameter("务工成本扣减比例", t)
    return (
        t["家庭年工资性收入"] * kept
        + t["家庭年转移净收入"]
        + t["家庭年经营净收入"].fill_null(0.0)
        + t["家庭年财产净收入"].fill_null(0.0)
    )


@income_property.of_household(
    "家庭年核定收入",
    unit="元/年",
    meaning="可查收入，加无记录劳动力按参数“劳动力月核定收入”核定的收入",
    window="上一年度",
    uses=("家庭年可查收入", "无记录劳动力人数"),
)
def assessed_income(t: ir.Table, c: Context) -> ir.Value:
    return t["家庭年可查收入"] + t["无记录劳动力人数"] * c.parameter("劳动力月核定收入", t) * 12


@income_property.of_household(
    "月人均可查收入", unit="元/月", meaning="家庭年可查收入 ÷ 12 ÷ 家庭人口数", uses=("家庭年可查收入", "家庭人口数")
)
def recorded_income_per_head(t: ir.Table, c: Context) -> ir.Value:
    return t["家庭年可查收入"] / 12 / t["家庭人口数"].nullif(0)


@income_property.of_household(
    "月人均核定收入", unit="元/月", meaning="家庭年核定收入 ÷ 12 ÷ 家庭人口数", uses=("家庭年核定收入", "家庭人口数")
)
def assessed_income_per_head(t: ir.Table, c: Context) -> ir.Value:
    return t["家庭年核定收入"] / 12 / t["家庭人口数"].nullif(0)


# ── 户:财产与消费 ──────────────────────────────────────────────────────────


@income_property.of_household(
    "人均金融资产", unit="元", meaning="家庭金融资产 ÷ 家庭人口数", uses=("家庭金融资产", "家庭人口数")
)
def assets_per_head(t: ir.Table, c: Context) -> ir.Value:
    return t["家庭金融资产"] / t["家庭人口数"].nullif(0)


@income_property.of_household(
    "金融资产折合低保月数",
    unit="月",
    meaning="人均金融资产 ÷ 当地低保月标准：手里的钱够按低保标准过几个月",
    uses=("人均金融资产", "城乡"),
)
def assets_in_months(t: ir.Table, c: Context) -> ir.Value:
    return t["人均金融资产"] / c.parameter("低保标准", t)


@income_property.of_members("家庭汽车数", unit="辆", meaning="成员名下在用汽车数", uses=("汽车数",))
def household_cars(t: ir.Table, c: Context) -> ir.Value:
    return t["汽车数"].sum()


@income_property.of_members("家庭汽车估值", unit="元", meaning="成员名下在用汽车评估价值合计", uses=("汽车估值",))
def household_car_value(t: ir.Table, c: Context) -> ir.Value:
    return t["汽车估值"].sum()


@income_property.of_members(
    "家庭新购汽车估值", unit="元", meaning="近12个月新购汽车中最高一辆", window="近12个月", uses=("新购汽车估值",)
)
def household_new_car_value(t: ir.Table, c: Context) -> ir.Value:
    return t["新购汽车估值"].max()


@income_property.of_members("家庭市场主体数", unit="个", meaning="成员名下存续市场主体数", uses=("市场主体数",))
def household_businesses(t: ir.Table, c: Context) -> ir.Value:
    return t["市场主体数"].sum()


@income_property.of_members("家庭公司数", unit="个", meaning="成员名下存续公司数", uses=("公司数",))
def household_companies(t: ir.Table, c: Context) -> ir.Value:
    return t["公司数"].sum()


@income_property.of_members(
    "家庭公积金月缴存额", unit="元/月", meaning="成员公积金月缴存额合计", uses=("公积金月缴存额",)
)
def household_fund(t: ir.Table, c: Context) -> ir.Value:
    return t["公积金月缴存额"].sum()


@income_property.from_source(
    "living_expense", "月均用电量", unit="度", meaning="以其为户主的户，有记录各月的平均用电量", window="近3个月"
)
def electricity(t: ir.Table, c: Context) -> ir.Value:
    return t.electricity_kwh.mean(where=t.month > c.since(months=4)).cast("float64")


@income_property.from_source(
    "living_expense",
    "月均水电通信费",
    unit="元/月",
    meaning="以其为户主的户，有记录各月水电通信费的平均",
    window="近3个月",
)
def utilities(t: ir.Table, c: Context) -> ir.Value:
    fees = t.electricity_fee.fill_null(0.0) + t.water_fee.fill_null(0.0) + t.telecom_fee.fill_null(0.0)
    return fees.mean(where=t.month > c.since(months=4)).cast("float64")


@income_property.of_members(
    "户月均用电量", unit="度", meaning="户的月均用电量；没有用电记录则未知", window="近3个月", uses=("月均用电量",)
)
def household_electricity(t: ir.Table, c: Context) -> ir.Value:
    return t["月均用电量"].sum()


@income_property.of_members(
    "户月均水电通信费",
    unit="元/月",
    meaning="户的月均水电通信费；没有记录则未知",
    window="近3个月",
    uses=("月均水电通信费",),
)
def household_utilities(t: ir.Table, c: Context) -> ir.Value:
    return t["月均水电通信费"].sum()


@income_property.of_household(
    "月人均水电通信费", unit="元/月", meaning="户月均水电通信费 ÷ 家庭人口数", uses=("户月均水电通信费", "家庭人口数")
)
def utilities_per_head(t: ir.Table, c: Context) -> ir.Value:
    return t["户月均水电通信费"] / t["家庭人口数"].nullif(0)
