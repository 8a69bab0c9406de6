"""财产收入之财产与消费:金融资产、车辆、市场主体、公积金,水电通信。"""

from ibis.expr import types as ir

from jiuzhu.engine.facts.dictionary import Category, Context
from jiuzhu.engine.facts.exact import average, total
from jiuzhu.engine.facts.shorthand import count_where, sum_where

holdings = Category("财产收入")

NOT_CARS = "摩托|农用|三轮|拖拉机|电动自行车"
RUNNING = ["存续", "在业", "开业", "在营", "正常"]
INVESTMENTS = ["理财", "证券", "基金", "信托", "股票"]


# ── 人:财产 ────────────────────────────────────────────────────────────────


@holdings.from_source(
    "financial_asset", "金融资产", unit="元", meaning="存款、理财、证券、保险现金价值合计", absent=0.0
)
def financial_assets(t: ir.Table, c: Context) -> ir.Value:
    return total(t.balance).fill_null(0.0)


@holdings.from_source("financial_asset", "投资理财", unit="元", meaning="理财、证券、基金等合计", absent=0.0)
def investments(t: ir.Table, c: Context) -> ir.Value:
    return sum_where(t.balance, t.asset_kind.isin(INVESTMENTS))


def _car(t: ir.Table) -> ir.BooleanValue:
    gone = t.vehicle_status.fill_null("").re_search("注销|报废|转出")
    return ~gone & ~t.vehicle_type.fill_null("").re_search(NOT_CARS)


@holdings.from_source("vehicle", "汽车数", unit="辆", meaning="在用汽车数，不含摩托车、农用车", absent=0.0)
def cars(t: ir.Table, c: Context) -> ir.Value:
    return count_where(t, _car(t))


@holdings.from_source("vehicle", "汽车估值", unit="元", meaning="在用汽车评估价值合计", absent=0.0)
def car_value(t: ir.Table, c: Context) -> ir.Value:
    return sum_where(t.appraised_value, _car(t))


@holdings.from_source(
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


@holdings.from_source(
    "business", "市场主体数", unit="个", meaning="任经营者、法定代表人或股东的存续市场主体数", absent=0.0
)
def businesses(t: ir.Table, c: Context) -> ir.Value:
    return count_where(t, _running(t))


@holdings.from_source("business", "公司数", unit="个", meaning="其中公司、企业的个数（不含个体工商户）", absent=0.0)
def companies(t: ir.Table, c: Context) -> ir.Value:
    return count_where(t, _running(t) & ~t.business_type.fill_null("").contains("个体"))


@holdings.from_source("business", "注册资本", unit="元", meaning="存续市场主体注册资本合计", absent=0.0)
def registered_capital(t: ir.Table, c: Context) -> ir.Value:
    return sum_where(t.registered_capital, _running(t))


@holdings.from_source("housing_fund", "公积金月缴存额", unit="元/月", meaning="正常缴存账户的月缴存额", absent=0.0)
def housing_fund_deposit(t: ir.Table, c: Context) -> ir.Value:
    return t.monthly_deposit.max(where=t.account_status.fill_null("正常") == "正常").fill_null(0.0).cast("float64")


@holdings.from_source("housing_fund", "公积金余额", unit="元", meaning="公积金账户余额", absent=0.0)
def housing_fund_balance(t: ir.Table, c: Context) -> ir.Value:
    return t.balance.max().fill_null(0.0).cast("float64")


# ── 户:财产与消费 ──────────────────────────────────────────────────────────

holdings.total("家庭金融资产", "金融资产", unit="元", meaning="成员金融资产合计")

holdings.total("家庭投资理财", "投资理财", unit="元", meaning="成员理财、证券、基金合计")


@holdings.of_household(
    "人均金融资产", unit="元", meaning="家庭金融资产 ÷ 家庭人口数", uses=("家庭金融资产", "家庭人口数")
)
def assets_per_head(t: ir.Table, c: Context) -> ir.Value:
    return t["家庭金融资产"] / t["家庭人口数"].nullif(0)


@holdings.of_household(
    "金融资产折合低保月数",
    unit="月",
    meaning="人均金融资产 ÷ 当地低保月标准：手里的钱够按低保标准过几个月",
    uses=("人均金融资产", "城乡"),
)
def assets_in_months(t: ir.Table, c: Context) -> ir.Value:
    return t["人均金融资产"] / c.parameter("低保标准", t)


holdings.total("家庭汽车数", "汽车数", unit="辆", meaning="成员名下在用汽车数")

holdings.total("家庭汽车估值", "汽车估值", unit="元", meaning="成员名下在用汽车评估价值合计")

holdings.highest("家庭新购汽车估值", "新购汽车估值", unit="元", meaning="近12个月新购汽车中最高一辆", window="近12个月")

holdings.total("家庭市场主体数", "市场主体数", unit="个", meaning="成员名下存续市场主体数")

holdings.total("家庭公司数", "公司数", unit="个", meaning="成员名下存续公司数")

holdings.total("家庭公积金月缴存额", "公积金月缴存额", unit="元/月", meaning="成员公积金月缴存额合计")


@holdings.from_source(
    "living_expense", "月均用电量", unit="度", meaning="以其为户主的户，有记录各月的平均用电量", window="近3个月"
)
def electricity(t: ir.Table, c: Context) -> ir.Value:
    return average(t.electricity_kwh, t.month > c.since(months=4))


@holdings.from_source(
    "living_expense",
    "月均水电通信费",
    unit="元/月",
    meaning="以其为户主的户，有记录各月水电通信费的平均",
    window="近3个月",
)
def utilities(t: ir.Table, c: Context) -> ir.Value:
    fees = t.electricity_fee.fill_null(0.0) + t.water_fee.fill_null(0.0) + t.telecom_fee.fill_null(0.0)
    return average(fees, t.month > c.since(months=4))


holdings.total("户月均用电量", "月均用电量", unit="度", meaning="户的月均用电量；没有用电记录则未知", window="近3个月")

holdings.total(
    "户月均水电通信费", "月均水电通信费", unit="元/月", meaning="户的月均水电通信费；没有记录则未知", window="近3个月"
)


@holdings.of_household(
    "月人均水电通信费", unit="元/月", meaning="户月均水电通信费 ÷ 家庭人口数", uses=("户月均水电通信费", "家庭人口数")
)
def utilities_per_head(t: ir.Table, c: Context) -> ir.Value:
    return t["户月均水电通信费"] / t["家庭人口数"].nullif(0)
