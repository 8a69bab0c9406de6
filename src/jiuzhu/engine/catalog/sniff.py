"""看内容:一列的样本像什么。只用来补认没见过的表头、打破平局,不替代表头。"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .headers import SPACE, normalise_word
from .model import Field, FieldType

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫段"
    "雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉"
    "骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄"
)
NULLS = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "空", "null", "none", "n/a", "na", "nan", "#n/a"})

_ID = re.compile(r"[0-9]{17}[0-9xX]|[0-9]{15}|[0-9]\.[0-9]{2,}[eE]\+?1[47]")
_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]+[·•・.][\u4e00-\u9fff·]+")
_VILLAGE = re.compile(r"[^0-9]{1,20}(?:村|社区|嘎查|村民委员会|居民委员会|村委会|居委会)")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_DATE = re.compile(
    r"(?:19|20)[0-9]{2}(?:[-/.年](?:1[0-2]|0?[1-9])(?:[-/.月](?:3[01]|[12][0-9]|0?[1-9])日?)?月?|(?:1[0-2]|0[1-9])(?:3[01]|[12][0-9]|0[1-9])?)"
    r"(?:[T ]?[0-9:.]+)?|[2-4][0-9]{4}(?:\.0)?"
)
_NUMBER = re.compile(
    r"[-+¥]?\(?[0-9][0-9,]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\)?(?:万|千|百|亿)?(?:元|度|平方米|m2|㎡)?"
)
_PHONE = re.compile(r"(?:\+?86)?1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}")
_PLACE = re.compile(r"[1-8][0-9]{11}(?:\.0)?|[1-8][0-9]{8}(?:\.0)?|[1-8][0-9]\.[0-9]+[eE]\+?11")
_YES_NO = frozenset({"是", "否", "y", "n", "yes", "no", "√", "×", "有", "无", "true", "false", "1", "0"})

_TESTS: dict[FieldType, Callable[[str], bool]] = {
    FieldType.ID_NUMBER: lambda text: _ID.fullmatch(text) is not None,
    FieldType.NAME: lambda text: _NAME.fullmatch(text) is not None,
    FieldType.DATE: lambda text: _DATE.fullmatch(text) is not None,
    FieldType.MONTH: lambda text: _DATE.fullmatch(text) is not None,
    FieldType.YEAR: lambda text: re.fullmatch(r"(?:19|20)[0-9]{2}年?度?(?:\.0)?", text) is not None,
    FieldType.MONEY: lambda text: _NUMBER.fullmatch(text) is not None,
    FieldType.NUMBER: lambda text: _NUMBER.fullmatch(text) is not None,
    FieldType.INTEGER: lambda text: re.fullmatch(r"[0-9]+(?:\.0)?", text) is not None,
    FieldType.YES_NO: lambda text: text.lower() in _YES_NO,
    FieldType.PHONE: lambda text: _PHONE.fullmatch(text) is not None,
    FieldType.PLACE_CODE: lambda text: _PLACE.fullmatch(text) is not None,
}


@dataclass(frozen=True, slots=True)
class Column:
    """一列的样本:去掉空值、归一空白与全角之后的值。"""

    values: tuple[str, ...]

    def share(self, kind: FieldType) -> float:
        """样本里像这种类型的占比;没有样本或这种类型看不出来时为 1。"""
        test = _TESTS.get(kind)
        if test is None or not self.values:
            return 1.0
        return sum(map(test, self.values)) / len(self.values)

    def code_share(self, field: Field) -> float:
        """样本里在该字段代码表中的占比;没有样本或没有代码表时为 0。"""
        if not field.codes or not self.values:
            return 0.0
        return sum(normalise_word(value) in field.codes for value in self.values) / len(self.values)

    @property
    def word_share(self) -> float:
        """有汉字的占比。"""
        return sum(_HAN.search(value) is not None for value in self.values) / len(self.values) if self.values else 0.0

    @property
    def village_share(self) -> float:
        """像村居名的占比。"""
        test = _VILLAGE.fullmatch
        return sum(test(value) is not None for value in self.values) / len(self.values) if self.values else 0.0

    @property
    def surname_share(self) -> float:
        """首字是常见姓氏的占比:区分人名与地名、单位名。"""
        return sum(value[0] in SURNAMES for value in self.values) / len(self.values) if self.values else 0.0

    @property
    def distinct_share(self) -> float:
        """不同值的占比。"""
        return len(set(self.values)) / len(self.values) if self.values else 0.0


def look(values: Sequence[str | None], limit: int = 120) -> Column:
    """取前 ``limit`` 个非空值作样本。"""
    out: list[str] = []
    for value in values:
        text = SPACE.sub("", unicodedata.normalize("NFKC", value or "")).strip("'\"")
        if text.lower() not in NULLS:
            out.append(text)
            if len(out) == limit:
                break
    return Column(tuple(out))
