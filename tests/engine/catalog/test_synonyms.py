"""表头词够多也不混:每个来源各字段任取一种写法、任缺几列,都认得是它;别的名册不硬认。"""

import random

import pytest

from jiuzhu.engine.catalog import Field, FieldType, Source, load_catalog, recognise
from jiuzhu.engine.catalog.headers import normalise_word

CATALOG = load_catalog()
SOURCES = list(CATALOG)
DRAWS = 40
SHARE = 0.7
VALUES = {
    FieldType.NAME: ["王小明", "李芳", "张建国", "刘秀英"],
    FieldType.ID_NUMBER: ["11010119900307001X", "110101198502140024", "110101196001010013", "110101195512310046"],
    FieldType.DATE: ["2020-04-06", "2021-1-2", "2019.12.30", "20200101"],
    FieldType.MONTH: ["2020-04", "2020-05", "2021-01", "202107"],
    FieldType.YEAR: ["2025", "2024", "2025", "2023"],
    FieldType.MONEY: ["100.5", "20", "1234.50", "33元"],
    FieldType.NUMBER: ["10.5", "20", "30", "44"],
    FieldType.INTEGER: ["1", "2", "3", "4"],
    FieldType.YES_NO: ["是", "否", "否", "是"],
    FieldType.PHONE: ["13812345678"] * 4,
    FieldType.PLACE_CODE: ["110101001001", "110101001002", "110101002001", "110101002001"],
}


def sample(item: Field, dice: random.Random) -> list[str]:
    if item.codes and item.type is FieldType.CODE:
        return dice.choices(item.canonical_codes, k=4)
    return (
        ["上湾村", "麦岭镇南塘村", "北湾村", "东岗社区"]
        if item.key == "village"
        else VALUES.get(item.type, ["甲", "乙", "丙", "丁"])
    )


def draw(source: Source, dice: random.Random) -> tuple[list[str], list[list[str]], list[Field]]:
    """必需的字段都在,其余随机取到七成;每个字段一种写法,列序随机。"""
    needed = [item for item in source.fields if item.required]
    rest = [item for item in source.fields if not item.required]
    more = max(0, round(len(source.fields) * SHARE) - len(needed))
    chosen = needed + dice.sample(rest, min(more, len(rest)))
    dice.shuffle(chosen)
    return [dice.choice(item.headers) for item in chosen], [sample(item, dice) for item in chosen], chosen


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.key)
def test_任取一种写法任缺几列都认得(source: Source) -> None:
    dice = random.Random(f"20261031 {source.key}")
    for _ in range(DRAWS):
        headers, columns, chosen = draw(source, dice)
        found = recognise(headers, CATALOG, columns)
        assert found.source is source, (headers, found.guesses)
        assert {pair.column: pair.field for pair in found.pairs} == {at: item.key for at, item in enumerate(chosen)}, (
            headers
        )


def test_必需的列缺一个也认得() -> None:
    """缺的列另有说明;整个文件不因此作废。"""
    for words in (
        "企业成立日期|认缴出资|统一社会信用代码|姓名|身份证号|企业类型|任职",
        "残疾人姓名|残疾证号|残疾类别|发证日期|身份证号",
        "机动车所有人|身份证明号码|车辆类型|厂牌型号|注册登记日期",
        "姓名|身份证号|户主身份证号|与户主关系|家庭住址|低保类别|开户银行账号|享受起始年月|村代码",
    ):
        found = recognise(words.split("|"), CATALOG)
        assert found.source is not None, words
        assert found.missing, words


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("real_estate", "权利人|证件号|不动产权证号|坐落|用途|面积|办证日期"),
        ("medical_settlement", "姓名|身份证号|医疗类别|病种名称|总费用|基金支付|个人自付|结账日期"),
        ("living_expense", "户主姓名|户主证件号|月份|度数|电费|水费|话费"),
        ("gangxing_zhichu", "姓名|身份证号|户主身份证号|村代码|年度|全年必要支出|支出类型"),
        ("dibao", "姓名|身份证号|户主身份证号|村代码|类别等级|月保障金|账号"),
        ("education", "学生姓名|身份证号|学段|学校|年级|学费|已资助"),
        ("tax_income", "xm|zjhm|sdnd|sdxm|qnsre|kjywr"),
    ],
)
def test_见过的别县写法(source: str, words: str) -> None:
    found = recognise(words.split("|"), CATALOG)
    assert found.source is CATALOG[source]
    assert found.unknown == []


KINDS = [
    ["困难职工", "孤儿", "困难职工", "事实无人抚养儿童"],
    ["王小明", "李芳", "张建国", "刘秀英"],
    ["11010119900307001X"] * 4,
]


@pytest.mark.parametrize("words", ["对象类别|姓名|公民身份证号|所属村代码|审核部门", "类别|姓名|身份证号|所在村"])
def test_靠类别的值认出其他特殊困难人口(words: str) -> None:
    headers = words.split("|")
    last = ["110101001001"] * 4 if "代码" in words else ["南塘村", "上湾村", "北湾村", "西岗村"]
    columns = [*KINDS, last, ["民政局", "总工会", "总工会", "民政局"]][: len(headers)]
    found = recognise(headers, CATALOG, columns)
    assert found.source is CATALOG["other_hardship"]
    assert found.unknown == []


OTHER_LISTS = [
    "姓名|身份证号|驾驶证号|准驾车型|初次领证日期|状态",
    "姓名|身份证号|学历|专业|毕业院校|毕业时间",
    "姓名|证件号码|入职日期|部门|岗位|月工资",
    "姓名|身份证号|退役时间|优抚类别|服役部队",
    "姓名|身份证号|结婚登记日期|配偶姓名|配偶身份证号",
    "姓名|身份证号|死亡日期|火化日期|殡仪馆",
    "姓名|身份证号|补贴项目|补贴金额|发放时间|银行账号",
    "姓名|身份证号|土地面积|承包合同编号|坐落|地块编码",
    "姓名|身份证号|农机类型|农机牌照|购置日期|补贴金额",
    "姓名|身份证号|高龄津贴|发放标准|年龄|银行账号|村",
    "姓名|身份证号|村|务工地点|月收入|联系电话",
    "姓名|身份证号|村名|人员类别|走访时间",
    "姓名|身份证号|村|慢病类型|签约医生",
    "姓名|身份证号|住院号|科室|入院日期|主治医生",
    "干部姓名|身份证号|职务|单位|手机号",
]


@pytest.mark.parametrize("words", OTHER_LISTS)
def test_别的名册不硬认(words: str) -> None:
    assert recognise(words.split("|"), CATALOG).source is None


def test_同一字段不重复列写法() -> None:
    for source in CATALOG:
        for item in source.fields:
            own = [normalise_word(word) for word in (item.scaled or {})]
            assert not set(own) & {normalise_word(word) for word in item.headers}, (source.key, item.key)
