"""教育:在校、学段、学费、资助。"""

from ibis.expr import types as ir

from jiuzhu.engine.facts.dictionary import Category, Context

education = Category("教育")

HIGHER = "大学|大专|本科|高职|研究生|专科|硕士|博士"


@education.from_source("education", "在校", "bool", meaning="在学籍名单上", absent=False)
def at_school(t: ir.Table, c: Context) -> ir.Value:
    return t.count() > 0


@education.from_source("education", "学段", "text", meaning="学籍登记的学段；不在校为“无”", absent="无")
def stage(t: ir.Table, c: Context) -> ir.Value:
    return t.stage.max()


@education.from_source("education", "在高等教育", "bool", meaning="学段为大学、高职、研究生等", absent=False)
def in_higher_education(t: ir.Table, c: Context) -> ir.Value:
    return t.stage.fill_null("").re_search(HIGHER).any()


@education.from_source("education", "年教育费用", unit="元/年", meaning="学费与住宿费", window="本学年", absent=0.0)
def tuition(t: ir.Table, c: Context) -> ir.Value:
    return t.yearly_tuition.max().fill_null(0.0).cast("float64")


@education.from_source("education", "已享受资助", "bool", meaning="学籍名单上记为已享受资助", absent=False)
def aided(t: ir.Table, c: Context) -> ir.Value:
    return t.aided.fill_null(False).any()


@education.of_person(
    "适龄未在学", "bool", meaning="6至15周岁而不在学籍名单上（可能在外地就读，需核实）", uses=("年龄", "在校")
)
def out_of_school(t: ir.Table, c: Context) -> ir.Value:
    return (t["年龄"] >= 7) & (t["年龄"] < 15) & ~t["在校"]


education.count("在校生数", "在校", meaning="户内在校人数")

education.count("高等教育在校生数", "在高等教育", meaning="户内在高等教育阶段人数")


@education.of_members("未资助在校生数", unit="人", meaning="户内在校而未享受资助的人数", uses=("在校", "已享受资助"))
def unaided_students(t: ir.Table, c: Context) -> ir.Value:
    return (t["在校"] & ~t["已享受资助"]).cast("float64").sum()


education.total("家庭年教育费用", "年教育费用", unit="元/年", meaning="成员学费与住宿费合计", window="本学年")

education.count("适龄未在学人数", "适龄未在学", meaning="户内适龄而不在学籍名单上的人数")
