"""财产收入之收入:四类收入、扣减、核定。

收入口径见《最低生活保障审核确认办法》(民发〔2021〕57号):工资性、经营净、财产净、转移净四类相加;
优抚、奖扶、救助金本身不计入;因务工增加的支出可按比例扣减。数据里只有一部分收入,故分“可查收入”与“核定收入”。
"""

import ibis
from ibis import ifelse, literal
from ibis.expr import types as ir

from jiuzhu.engine.facts.dictionary import Category, Context
from jiuzhu.engine.facts.exact import total

income = Category("财产收入")


# ── 人:收入 ────────────────────────────────────────────────────────────────


def _last_year(t: ir.Table, c: Context, wanted: ir.BooleanValue) -> ir.FloatingValue:
    """上一年度的合计;上一年度没有则用本年度。"""
    before = total(t.yearly_income, wanted & (t.tax_year == c.as_of.year - 1))
    this = total(t.yearly_income, wanted & (t.tax_year == c.as_of.year))
    return ibis.coalesce(before, this, literal(0.0)).cast("float64")


@income.from_source(
    "tax_income",
    "年纳税工资",
    unit="元/年",
    meaning="税务申报的工资薪金、劳务报酬全年收入额",
    window="上一年度",
    absent=0.0,
)
def taxed_wage(t: ir.Table, c: Context) -> ir.Value:
    return _last_year(t, c, ~t.income_item.fill_null("").re_search("经营|财产|利息|股息|租赁|偶然"))


@income.from_source(
    "tax_income", "年纳税经营所得", unit="元/年", meaning="税务申报的经营所得全年收入额", window="上一年度", absent=0.0
)
def taxed_business_income(t: ir.Table, c: Context) -> ir.Value:
    return _last_year(t, c, t.income_item.fill_null("").contains("经营"))


@income.from_source(
    "tax_income",
    "年纳税财产所得",
    unit="元/年",
    meaning="税务申报的利息股息、财产租赁与转让所得",
    window="上一年度",
    absent=0.0,
)
def taxed_property_income(t: ir.Table, c: Context) -> ir.Value:
    return _last_year(t, c, t.income_item.fill_null("").re_search("财产|利息|股息|租赁"))


@income.from_source(
    "social_insurance", "月养老金", unit="元/月", meaning="正在领取的养老待遇，同一险种重复记录取最高", absent=0.0
)
def pension(t: ir.Table, c: Context) -> ir.Value:
    return t.monthly_benefit.max(where=t.insured_status == "领取待遇").fill_null(0.0).cast("float64")


@income.of_person(
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


@income.of_person(
    "有收入记录", "bool", meaning="税务、社保、公积金、市场主体任一来源有工资、待遇或经营记录",
    uses=("年工资性收入", "月养老金", "市场主体数", "公积金月缴存额"),
)  # fmt: skip
def has_income_record(t: ir.Table, c: Context) -> ir.Value:
    names = ("年工资性收入", "月养老金", "市场主体数", "公积金月缴存额")
    return ibis.or_(*[t[name].fill_null(0.0) > 0 for name in names])


@income.of_person(
    "无记录劳动力", "bool", meaning="有劳动能力、在劳动年龄而没有任何收入记录（可能在灵活就业、务农，也可能无业）",
    uses=("劳动年龄有劳动能力", "有收入记录"),
)  # fmt: skip
def unrecorded_worker(t: ir.Table, c: Context) -> ir.Value:
    return t["劳动年龄有劳动能力"] & ~t["有收入记录"] & (t["年龄"] >= 18)


# ── 户:收入 ────────────────────────────────────────────────────────────────

income.total("家庭年工资性收入", "年工资性收入", unit="元/年", meaning="成员年工资性收入合计", window="上一年度")

income.total("家庭年经营净收入", "年纳税经营所得", unit="元/年", meaning="成员申报的经营所得合计", window="上一年度")

income.total("成员年财产所得", "年纳税财产所得", unit="元/年", meaning="成员申报的财产所得合计", window="上一年度")


@income.of_household(
    "家庭年财产净收入",
    unit="元/年",
    meaning="申报的财产所得，加金融资产按参数“金融资产年收益率”折算的收益",
    window="上一年度",
    uses=("成员年财产所得", "家庭金融资产"),
)
def household_property_income(t: ir.Table, c: Context) -> ir.Value:
    yields = t["家庭金融资产"] * c.parameter("金融资产年收益率", t)
    return ibis.coalesce(t["成员年财产所得"] + yields, t["成员年财产所得"], yields)


income.total("家庭月养老金", "月养老金", unit="元/月", meaning="成员养老待遇合计")


@income.of_household(
    "家庭年转移净收入", unit="元/年", meaning="养老待遇乘12；救助金、优抚、奖扶不计入", uses=("家庭月养老金",)
)
def household_transfers(t: ir.Table, c: Context) -> ir.Value:
    return t["家庭月养老金"] * 12


income.count("无记录劳动力人数", "无记录劳动力", meaning="户内有劳动能力而没有收入记录的人数")


@income.of_household(
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


@income.of_household(
    "家庭年核定收入",
    unit="元/年",
    meaning="可查收入，加无记录劳动力按参数“劳动力月核定收入”核定的收入",
    window="上一年度",
    uses=("家庭年可查收入", "无记录劳动力人数"),
)
def assessed_income(t: ir.Table, c: Context) -> ir.Value:
    return t["家庭年可查收入"] + t["无记录劳动力人数"] * c.parameter("劳动力月核定收入", t) * 12


@income.of_household(
    "月人均可查收入", unit="元/月", meaning="家庭年可查收入 ÷ 12 ÷ 家庭人口数", uses=("家庭年可查收入", "家庭人口数")
)
def recorded_income_per_head(t: ir.Table, c: Context) -> ir.Value:
    return t["家庭年可查收入"] / 12 / t["家庭人口数"].nullif(0)


@income.of_household(
    "月人均核定收入", unit="元/月", meaning="家庭年核定收入 ÷ 12 ÷ 家庭人口数", uses=("家庭年核定收入", "家庭人口数")
)
def assessed_income_per_head(t: ir.Table, c: Context) -> ir.Value:
    return t["家庭年核定收入"] / 12 / t["家庭人口数"].nullif(0)
