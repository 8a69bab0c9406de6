"""核对的口径:核对哪些项、按什么次序(MZ/T 072),一条条件不成立算超标、疑点还是提示。

只看规则的形状,不看数据:要求“不超过”“等于”而没做到的是超标,要求“至少”而没做到的只是不符合条件。
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jiuzhu.engine.assessment.entitlement import Answer
from jiuzhu.engine.assessment.programmes import Condition
from jiuzhu.engine.facts import DICTIONARY
from jiuzhu.engine.rules.nodes import Comparison, Logic, Name, Node, Not, children

OVER, SUSPECT, NOTE = "over", "suspect", "note"
SEVERITIES = {OVER: "超标", SUSPECT: "疑点", NOTE: "提示"}
CONCLUSIONS = {"fits": "符合", "over": "超标", "unfit": "不符合条件", "undecided": "不能判断"}
UPPER = frozenset({"<", "<=", "=="})


@dataclass(frozen=True)
class Item:
    """一个核对项:来源代码、叫什么。``assets`` 为真的,有记录即使没超标也要提示。"""

    source: str
    title: str
    assets: bool = False


ITEMS: tuple[Item, ...] = (
    Item("hukou", "户籍与家庭成员"),
    Item("vehicle", "机动车", assets=True),
    Item("social_insurance", "就业与社会保险", assets=True),
    Item("tax_income", "个人收入纳税", assets=True),
    Item("business", "市场主体", assets=True),
    Item("real_estate", "不动产", assets=True),
    Item("housing_fund", "住房公积金", assets=True),
    Item("dibao", "低保"),
    Item("tekun", "特困"),
    Item("dibao_bianyuan", "低保边缘"),
    Item("gangxing_zhichu", "刚性支出困难"),
    Item("fangfanpin", "防返贫监测"),
    Item("other_hardship", "其他困难"),
    Item("disability", "残疾"),
    Item("medical_settlement", "医疗支出"),
    Item("education", "教育支出"),
    Item("financial_asset", "存款、证券、保险", assets=True),
    Item("living_expense", "水电气与通讯支出"),
)
ECONOMY = frozenset(item.source for item in ITEMS if item.assets)
LISTS = frozenset({"dibao", "tekun", "dibao_bianyuan", "gangxing_zhichu"})
# 业务规范里有、县里还没有接入的来源:报告里如实写明没有核对
NOT_CONNECTED: Mapping[str, str] = {
    "财政供养人员": "财政局",
    "婚姻、殡葬登记": "民政局",
    "船舶、农机": "交通运输局、农业农村局",
    "互联网金融资产": "非银行支付机构",
    "出国（境）": "移民管理部门",
}


def conclusion_of(answer: Answer) -> str:
    """一个项目的结论:``fits over unfit undecided``。"""
    if answer.answer is None:
        return "undecided"
    if answer.answer:
        return "fits"
    return "over" if any(severity_of(item.condition) == OVER for item in answer.failed) else "unfit"


@cache
def severity_of(condition: Condition) -> str:
    """这一条不成立时的程度。

    不超过、等于(“没有汽车”)某个数而没做到:超标。要求“不在”某名单而在:疑点。其余:提示。
    """
    parts = list(_parts(condition.rule.tree))
    if any(isinstance(part, Comparison) and part.operators[0] in UPPER and _sources(part) & ECONOMY for part in parts):
        return OVER
    if any(isinstance(part, Not) and _sources(part) & LISTS for part in parts):
        return SUSPECT
    return NOTE


def sources_of(condition: Condition) -> tuple[str, ...]:
    """这一条用到哪些来源。"""
    found = dict.fromkeys(
        source for name in condition.rule.names if name in DICTIONARY.facts for source in DICTIONARY.sources_of(name)
    )
    return tuple(found)


def _parts(node: Node) -> tuple[Node, ...]:
    """“并且”连起来的各条。"""
    if isinstance(node, Logic) and node.operator == "and":
        return tuple(part for each in node.operands for part in _parts(each))
    return (node,)


def _sources(node: Node) -> frozenset[str]:
    """用到的部门数据的来源;别的项目的结论不算。"""
    if isinstance(node, Name):
        return frozenset(DICTIONARY.sources_of(node.name)) if node.name in DICTIONARY.facts else frozenset()
    return frozenset(source for child in children(node) for source in _sources(child))
