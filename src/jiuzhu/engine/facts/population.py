"""人口基础:年龄、关系、残疾、在册类别,以及户的构成。"""

from ibis import ifelse, literal
from ibis.expr import types as ir

from jiuzhu.engine.facts.dictionary import Category, Context
from jiuzhu.engine.facts.shorthand import age_on, in_register

population = Category("人口基础")

ADULT, OLD, VERY_OLD, WORKING_FROM, WORKING_TO = 18, 60, 80, 16, 60
REGISTER = "hukou"
MONITORED = {
    "dibao": "低保在册",
    "tekun": "特困在册",
    "dibao_bianyuan": "低保边缘在册",
    "gangxing_zhichu": "刚性支出在册",
    "fangfanpin": "防返贫监测在册",
}


@population.of_person("年龄", unit="岁", meaning="评估日的周岁，按户籍或证件号上的出生日期", sources=(REGISTER,))
def age(t: ir.Table, c: Context) -> ir.Value:
    return age_on(t.birth_date, c.as_of)


@population.of_person("性别", "text", meaning="户籍登记的性别，无户籍时按证件号", sources=(REGISTER,))
def sex(t: ir.Table, c: Context) -> ir.Value:
    return t.sex


@population.of_person("与户主关系", "text", meaning="户籍登记的与户主关系", sources=(REGISTER,))
def relation(t: ir.Table, c: Context) -> ir.Value:
    return t.relation


@population.of_person("在世", "bool", meaning="户籍状态不是死亡", sources=(REGISTER,))
def alive(t: ir.Table, c: Context) -> ir.Value:
    return t.alive


@population.of_person("未成年", "bool", meaning="不满18周岁", uses=("年龄",))
def minor(t: ir.Table, c: Context) -> ir.Value:
    return t["年龄"] < ADULT


@population.of_person("老年人", "bool", meaning="满60周岁", uses=("年龄",))
def old(t: ir.Table, c: Context) -> ir.Value:
    return t["年龄"] >= OLD


@population.of_person("高龄老人", "bool", meaning="满80周岁", uses=("年龄",))
def very_old(t: ir.Table, c: Context) -> ir.Value:
    return t["年龄"] >= VERY_OLD


@population.from_source("disability", "残疾等级", "text", meaning="持证的最重残疾等级；无证为“无”", absent="无")
def disability_level(t: ir.Table, c: Context) -> ir.Value:
    order = t.disability_level.cases(("一级", 1), ("二级", 2), ("三级", 3), ("四级", 4))
    return order.min().cases((1, "一级"), (2, "二级"), (3, "三级"), (4, "四级"))


@population.from_source(
    "disability", "残疾类别", "text", meaning="持证残疾类别；两类以上为“多重”；无证为“无”", absent="无"
)
def disability_kind(t: ir.Table, c: Context) -> ir.Value:
    first, last = t.disability_kind.min(), t.disability_kind.max()
    return ifelse(first == last, first, "多重")


@population.from_source(
    "disability",
    "重度残疾",
    "bool",
    meaning="残疾一、二级，或智力、精神三级（民发〔2021〕57号单独申请口径）",
    absent=False,
)
def severely_disabled(t: ir.Table, c: Context) -> ir.Value:
    severe = t.disability_level.isin(["一级", "二级"])
    mental = (t.disability_level == "三级") & t.disability_kind.isin(["智力", "精神", "多重"])
    return (severe | mental).any()


@population.from_source("disability", "持残疾证", "bool", meaning="有残疾人证", absent=False)
def disabled(t: ir.Table, c: Context) -> ir.Value:
    return t.count() > 0


for _source, _name in MONITORED.items():
    population.from_source(_source, _name, "bool", meaning=f"在“{_name[:-2]}”名单上", absent=False)(in_register)


@population.from_source("other_hardship", "困难职工", "bool", meaning="在工会困难职工名单上", absent=False)
def hard_up_worker(t: ir.Table, c: Context) -> ir.Value:
    return (t.hardship_kind == "困难职工").any()


@population.from_source("other_hardship", "困境儿童", "bool", meaning="孤儿、事实无人抚养儿童等在名单上", absent=False)
def child_in_need(t: ir.Table, c: Context) -> ir.Value:
    return t.hardship_kind.contains("儿").any()


@population.from_source("other_hardship", "孤儿", "bool", meaning="在名单上登记为孤儿", absent=False)
def orphan(t: ir.Table, c: Context) -> ir.Value:
    return (t.hardship_kind == "孤儿").any()


@population.from_source(
    "other_hardship", "事实无人抚养儿童", "bool", meaning="在名单上登记为事实无人抚养儿童", absent=False
)
def unsupported_child(t: ir.Table, c: Context) -> ir.Value:
    return (t.hardship_kind == "事实无人抚养儿童").any()


@population.from_source("other_hardship", "登记受灾", "bool", meaning="在名单上登记为受灾人员", absent=False)
def disaster_listed(t: ir.Table, c: Context) -> ir.Value:
    return (t.hardship_kind == "受灾人员").any()


@population.of_person(
    "劳动年龄有劳动能力",
    "bool",
    meaning="16至59周岁、非重度残疾、不在校；残疾与学籍来源缺时按无此情形",
    uses=("年龄", "重度残疾", "在校"),
)
def able_to_work(t: ir.Table, c: Context) -> ir.Value:
    limits = (t["年龄"] >= WORKING_FROM) & (t["年龄"] < WORKING_TO)
    return limits & ~t["重度残疾"].fill_null(False) & ~t["在校"].fill_null(False)


# ── 户 ──────────────────────────────────────────────────────────────────────


@population.of_members("家庭人口数", unit="人", meaning="户内在世人数", uses=("在世",))
def members(t: ir.Table, c: Context) -> ir.Value:
    return t.count().cast("float64")


@population.of_members("城乡", "text", meaning="统计用区划代码村级三位001至199为居委会（城）,200至399为村委会（乡）")
def urban_or_rural(t: ir.Table, c: Context) -> ir.Value:
    code = t.village_code.max()
    village = code[9:12]
    known = village.length() == 3
    return ifelse(known, ifelse(village < "200", "城", "乡"), literal(None, type="string"))


population.count("未成年人数", "未成年", meaning="户内不满18周岁人数")

population.count("老年人数", "老年人", meaning="户内满60周岁人数")

population.count("高龄老人数", "高龄老人", meaning="户内满80周岁人数")

population.count("残疾人数", "持残疾证", meaning="户内持残疾证人数")

population.count("重度残疾人数", "重度残疾", meaning="户内重度残疾人数")

population.count("劳动力人数", "劳动年龄有劳动能力", meaning="户内劳动年龄且有劳动能力的人数")

population.count("困境儿童人数", "困境儿童", meaning="户内在名单上的困境儿童人数")


@population.of_members(
    "孙辈未成年人数", unit="人", meaning="与户主关系为孙辈的未成年人数", uses=("未成年", "与户主关系")
)
def minor_grandchildren(t: ir.Table, c: Context) -> ir.Value:
    grandchild = t["与户主关系"].fill_null("").contains("孙")
    return (grandchild & t["未成年"].fill_null(False)).cast("float64").sum()


@population.of_household("无劳动力户", "bool", meaning="户内没有劳动年龄且有劳动能力的人", uses=("劳动力人数",))
def no_worker(t: ir.Table, c: Context) -> ir.Value:
    return t["劳动力人数"] == 0


@population.of_household(
    "抚养负担比", unit="比例", meaning="非劳动力人数占家庭人口的比例", uses=("劳动力人数", "家庭人口数")
)
def dependency(t: ir.Table, c: Context) -> ir.Value:
    return 1 - t["劳动力人数"] / t["家庭人口数"].nullif(0)


@population.of_household("全为老年人", "bool", meaning="户内在世的人都满60周岁", uses=("老年人数", "家庭人口数"))
def all_old(t: ir.Table, c: Context) -> ir.Value:
    return t["老年人数"] == t["家庭人口数"]


@population.of_household("独居老人", "bool", meaning="只有一人且满60周岁", uses=("老年人数", "家庭人口数"))
def living_alone(t: ir.Table, c: Context) -> ir.Value:
    return (t["家庭人口数"] == 1) & (t["老年人数"] == 1)


@population.of_household("隔代抚养", "bool", meaning="有未成年孙辈而没有劳动力", uses=("孙辈未成年人数", "劳动力人数"))
def skipped_generation(t: ir.Table, c: Context) -> ir.Value:
    return (t["孙辈未成年人数"] > 0) & (t["劳动力人数"] == 0)


@population.of_household(
    "单人带未成年", "bool", meaning="有未成年人而只有一名成年人", uses=("未成年人数", "家庭人口数")
)
def single_carer(t: ir.Table, c: Context) -> ir.Value:
    return (t["未成年人数"] > 0) & (t["家庭人口数"] - t["未成年人数"] == 1)


@population.of_household(
    "在册类别数",
    unit="类",
    meaning="户内有人在册的类别个数（低保、特困、低保边缘、刚性支出、防返贫监测）",
    uses=("户有低保", "户有特困", "户有低保边缘", "户有刚性支出", "户有防返贫监测"),
)
def classes_held(t: ir.Table, c: Context) -> ir.Value:
    held = [
        t[name].cast("float64").fill_null(0.0)
        for name in ("户有低保", "户有特困", "户有低保边缘", "户有刚性支出", "户有防返贫监测")
    ]
    return sum(held[1:], held[0])


@population.of_household(
    "在保或在册",
    "bool",
    meaning="户内有人在低保、特困、低保边缘、刚性支出困难任一名单上；低保、特困名单缺则未知，后两种名单缺时按没有",
    uses=("户有低保", "户有特困", "户有低保边缘", "户有刚性支出"),
)
def on_any_list(t: ir.Table, c: Context) -> ir.Value:
    basic = t["户有低保"] | t["户有特困"]
    return basic | t["户有低保边缘"].fill_null(False) | t["户有刚性支出"].fill_null(False)


for _name in MONITORED.values():
    population.anyone(f"户有{_name[:-2]}", _name, meaning=f"户内有在世的人在“{_name[:-2]}”名单上")


# ── 户:分类施保的人数,一人只算一次、就高不就低 ──────────────────────────────


@population.of_members(
    "重残重病人数", unit="人", meaning="户内重度残疾或患重病的人数，两样都有只算一人", uses=("重度残疾", "患重病")
)
def severe_members(t: ir.Table, c: Context) -> ir.Value:
    return (t["重度残疾"] | t["患重病"]).cast("float64").sum()


@population.of_members(
    "其余老幼人数", unit="人", meaning="户内高龄老人、未成年人中没有重度残疾也没患重病的人数",
    uses=("高龄老人", "未成年", "重度残疾", "患重病"),
)  # fmt: skip
def old_and_young(t: ir.Table, c: Context) -> ir.Value:
    return ((t["高龄老人"] | t["未成年"]) & ~(t["重度残疾"] | t["患重病"])).cast("float64").sum()


population.anyone("户内登记受灾", "登记受灾", meaning="户内有人登记为受灾人员")
