"""部门字典：封闭的部门代码（全拼），和各种文件里对它的称呼。

规则手册、数据目录、部门来文里写的部门名都要在这里找得到；新的称呼加到 ``aliases``，不另立代码。
"""

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Department:
    """一个部门：稳定代码、全称、简称、别的称呼。"""

    code: str
    name: str
    short: str
    aliases: tuple[str, ...] = ()


ALL = (
    Department("minzheng", "民政局", "民政", ("民政部门", "民政办")),
    Department("jiaoyu", "教育局", "教育", ("教体局", "教育和体育局", "教育部门")),
    Department("zhujian", "住房和城乡建设局", "住建", ("住建局", "住房城乡建设局", "住房保障中心", "房管局")),
    Department("yibao", "医疗保障局", "医保", ("医保局", "医疗保障部门")),
    Department("weijian", "卫生健康局", "卫健", ("卫健局", "卫生健康委员会", "卫健委", "卫生局")),
    Department("renshe", "人力资源和社会保障局", "人社", ("人社局", "人力资源社会保障局", "社保局", "就业局")),
    Department("nongye", "农业农村局", "农业农村", ("乡村振兴局", "农业农村和乡村振兴局", "农业局")),
    Department("yingji", "应急管理局", "应急", ("应急局",)),
    Department("gonghui", "总工会", "工会", ("县总工会",)),
    Department("canlian", "残疾人联合会", "残联", ("县残联",)),
    Department("fulian", "妇女联合会", "妇联", ("县妇联",)),
    Department("tuanwei", "共青团县委", "团委", ("团县委", "共青团", "县团委")),
    Department("hongshizihui", "红十字会", "红十字", ("县红十字会",)),
    Department("caizheng", "财政局", "财政", ("财政部门",)),
    Department("gongan", "公安局", "公安", ("公安局交通警察大队", "交警大队", "公安交警", "派出所")),
    Department("shuiwu", "税务局", "税务", ("国家税务总局县税务局",)),
    Department("shichang", "市场监督管理局", "市场监管", ("市场监管局", "市监局", "工商局")),
    Department("ziran", "自然资源和规划局", "自然资源", ("自然资源局", "不动产登记中心", "国土局")),
    Department("gongjijin", "住房公积金管理中心", "公积金", ("住房公积金中心", "公积金中心")),
    Department("jiaotong", "交通运输局", "交通", ("交通局", "海事局")),
    Department("fagai", "发展和改革局", "发改", ("发改局", "发展改革局", "县发改局")),
    Department("sifa", "司法局", "司法", ()),
    Department("xinfang", "信访局", "信访", ()),
    Department("tuiyi", "退役军人事务局", "退役军人", ("退役军人局",)),
    Department("shuili", "水利局", "水利", ("水利和湖泊局",)),
    Department("shenji", "审计局", "审计", ()),
    Department("jiwei", "纪委监委", "纪委监委", ("县纪委", "纪检监察机关")),
    Department("jinrong", "金融机构", "金融", ("银行", "保险公司", "证券公司", "人民银行", "金融办", "金融工作局")),
    Department(
        "gongyong", "公用事业企业", "水电气讯", ("供电、供水、通信企业", "供电公司", "供水公司", "燃气公司", "通信企业")
    ),
    Department("cishan", "慈善总会", "慈善", ("慈善会", "县慈善总会")),
)
DEPARTMENTS = {department.code: department for department in ALL}
CHOICES = [(department.code, department.name) for department in ALL]

_NOTE = re.compile(r"[（(].*?[)）]")
_SEVERAL = re.compile(r"[、，,;；/]")


@cache
def _names() -> dict[str, str]:
    """称呼 → 代码；全称、简称、别名都算。"""
    return {
        name: department.code
        for department in ALL
        for name in (department.code, department.name, department.short, *department.aliases)
    }


def _bare(text: str) -> str:
    """去掉括号里的说明、空白和句末的“等”。"""
    return _NOTE.sub("", "".join(text.split())).removesuffix("等")


def department_code(text: str) -> str:
    """部门称呼对应的代码；认不出为空文本。带县名的（青禾县教育局）也认得。"""
    name = _bare(text)
    if found := _names().get(name):
        return found
    _, county, rest = name.partition("县")
    return _names().get(rest, "") if county else ""


def department_codes(text: str) -> tuple[str, ...]:
    """一格里写了几个部门（“民政局、工会、残联等”）时的各代码，次序照原文。

    Raises:
        ValueError: 有一个称呼认不出。
    """
    if whole := department_code(text):
        return (whole,)
    found = {part: department_code(part) for part in _SEVERAL.split(_bare(text)) if part}
    if unknown := [part for part, code in found.items() if not code]:
        raise ValueError(f"不认识的部门：{'、'.join(unknown)}。请在部门字典里补上这个称呼。")
    return tuple(dict.fromkeys(found.values()))


def department_name(code: str, *, short: bool = False) -> str:
    """代码的名称；没有这个代码时为空文本。"""
    department = DEPARTMENTS.get(code)
    if department is None:
        return ""
    return department.short if short else department.name
