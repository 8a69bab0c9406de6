"""文字、姓名、证件号码、电话、账号、区划代码。"""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.engine.catalog import Field, FieldType
from jiuzhu.engine.intake.clean import clean

from .conftest import wide


def one(kind: FieldType, text: str | None) -> tuple[object, str | None]:
    done = clean(pl.Series([text], dtype=pl.String), Field("x", "某列", kind, ("某列",)))
    return done.values[0], done.bad[0].code if done.bad else None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("420999196008170019", "420999196008170019"),
        (" 420999196008170019 ", "420999196008170019"),
        ("420999 19600817 0019", "420999196008170019"),
        ("420999-19600817-0019", "420999196008170019"),
        ("'420999196008170019", "420999196008170019"),
        (wide("420999196008170019"), "420999196008170019"),
        ("42099919600817001x", "42099919600817001X"),
        ("42099919600817001X", "42099919600817001X"),
        ("420999196008170019.0", "420999196008170019"),
        ("\u200b420999196008170019\ufeff", "420999196008170019"),
        ("420999600817001", "420999600817001"),
        ("4.20999E+17", "4.20999E+17"),
        ("4.20999e+17", "4.20999E+17"),
        ("42099919600817001*", "42099919600817001*"),
        ("", None),
        ("-", None),
        ("无", None),
        (None, None),
    ],
)
def test_证件号码只归一书写(text: str | None, number: str | None) -> None:
    assert one(FieldType.ID_NUMBER, text) == (number, None)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("张三", "张三"),
        (" 张 三\u3000", "张三"),
        ("买买提·艾力", "买买提·艾力"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提.艾力", "买买提·艾力"),
        ("阿·布·都·拉", "阿·布·都·拉"),
        ("阿.布.都.拉", "阿·布·都·拉"),
        ("TOM", "TOM"),
        ("张三\n", "张三"),
        ("—", None),
        ("", None),
    ],
)
def test_姓名(text: str, name: str | None) -> None:
    assert one(FieldType.NAME, text) == (name, None)


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("13812345678", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("+8613812345678", "13812345678"),
        (wide("13812345678"), "13812345678"),
        ("13812345678/13912345678", "13812345678"),
        ("13812345678、0712-2345678", "13812345678"),
        ("0712-2345678", "07122345678"),
        ("2345678", "2345678"),
        ("13812345678.0", "13812345678"),
    ],
)
def test_电话(text: str, phone: str) -> None:
    assert one(FieldType.PHONE, text) == (phone, None)


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (FieldType.PHONE, "没装电话", "bad_phone"),
        (FieldType.PHONE, "1381234", "bad_phone"),
        (FieldType.PHONE, "1.38123E+10", "digits_lost"),
        (FieldType.ACCOUNT, "信用社", "bad_account"),
        (FieldType.ACCOUNT, "6.217E+18", "digits_lost"),
        (FieldType.PLACE_CODE, "南塘村", "bad_place_code"),
        (FieldType.PLACE_CODE, "12345", "bad_place_code"),
        (FieldType.PLACE_CODE, "4.21E+11", "digits_lost"),
    ],
)
def test_不可用的值(kind: FieldType, text: str, code: str) -> None:
    assert one(kind, text) == (None, code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("420999106214", "420999106214"),
        ("420999106214.0", "420999106214"),
        ("420999106214000", "420999106214"),
        ("420999106", "420999106000"),
        ("420999", "420999000000"),
        ("4.20999106214E+11", "420999106214"),
        (" 420999106214 ", "420999106214"),
        ("'420999106214", "420999106214"),
        ("420999 106 214", "420999106214"),
    ],
)
def test_区划代码(text: str, code: str) -> None:
    assert one(FieldType.PLACE_CODE, text) == (code, None)


def test_账号去空格() -> None:
    assert one(FieldType.ACCOUNT, "6217 0000 4359 4108 933") == ("6217000043594108933", None)


def test_文字() -> None:
    assert one(FieldType.TEXT, " 00006959 ") == ("00006959", None)
    assert one(FieldType.TEXT, "鄂KE1046") == ("鄂KE1046", None)
    assert one(FieldType.TEXT, "第一行\r\n第二行") == ("第一行 第二行", None)
    assert one(FieldType.TEXT, "/") == (None, None)
    assert one(FieldType.ADDRESS, " 南塘村6组(东) ") == ("南塘村6组(东)", None)


@given(
    st.text(alphabet="0123456789X", min_size=15, max_size=18),
    st.integers(0, 17),
    st.sampled_from([" ", "\u3000", "\t", "'", "\u200b"]),
)
def test_证件号码里夹什么空白都还原(number: str, at: int, noise: str) -> None:
    assert one(FieldType.ID_NUMBER, number[:at] + noise + number[at:]) == (number, None)


MESSY = st.text(alphabet="甲乙丙南塘村0123456789Xx.·-/ \u3000\uff10\uff19\uff38'E+()", max_size=20)


@given(st.lists(MESSY, min_size=1, max_size=30))
def test_再洗一遍不变(texts: list[str]) -> None:
    for kind in (FieldType.NAME, FieldType.ID_NUMBER, FieldType.PHONE, FieldType.ACCOUNT, FieldType.PLACE_CODE):
        item = Field("x", "某列", kind, ("某列",))
        once = clean(pl.Series(texts), item).values
        assert clean(once, item).values.to_list() == once.to_list()
