"""金额、数值、整数、是否、代码。"""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.engine.catalog import Field, FieldType, load_catalog
from jiuzhu.engine.intake.clean import clean

from .conftest import wide

CATALOG = load_catalog()


def field(kind: FieldType) -> Field:
    return Field("x", "某列", kind, ("某列",))


def one(item: Field, text: str | None, factor: float = 1.0) -> tuple[object, str | None]:
    done = clean(pl.Series([text], dtype=pl.String), item, factor)
    return done.values[0], done.bad[0].code if done.bad else None


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("1234.5", 1234.5),
        ("1,234.50", 1234.5),
        ("1,234.50元", 1234.5),
        ("1234.5 元", 1234.5),
        ("3.2万元", 32_000.0),
        ("3.2 万", 32_000.0),
        ("¥1,234.5", 1234.5),
        ("\uffe51234.5", 1234.5),
        ("人民币1234.5元整", 1234.5),
        ("1234.50", 1234.5),
        (wide("1,234"), 1234.0),
        ("-50", -50.0),
        ("(1,234.00)", -1234.0),
        (wide("(1,234.00)"), -1234.0),
        ("−50", -50.0),
        ("300元/月", 300.0),
        ("1.2亿元", 120_000_000.0),
        ("2千元", 2000.0),
        ("1,2345,6789", 123_456_789.0),
        (" 12 ", 12.0),
        ("1e3", 1000.0),
        ("0", 0.0),
        (".5", 0.5),
        ("'88", 88.0),
    ],
)
def test_认得的金额(text: str, yuan: float) -> None:
    value, code = one(field(FieldType.MONEY), text)
    assert code is None
    assert value == pytest.approx(yuan)


@pytest.mark.parametrize("text", ["约三千", "12-15", "1,23", "abc", "1.2.3", "inf", "12元5角", "99999999999999999999"])
def test_不认得的金额(text: str) -> None:
    assert one(field(FieldType.MONEY), text) == (None, "bad_money")


@pytest.mark.parametrize("text", [None, "", "-", "—", "无", "/", "空", "NaN", "N/A", "*"])
@pytest.mark.parametrize("kind", [FieldType.MONEY, FieldType.NUMBER, FieldType.INTEGER])
def test_没有值不是错误(kind: FieldType, text: str | None) -> None:
    assert one(field(kind), text) == (None, None)


def test_表头万元而单元格自带单位() -> None:
    texts = pl.Series(["2.7", "1,000", "320元", "3.2万元", None])
    done = clean(texts, field(FieldType.MONEY), 10_000.0)
    assert done.values.to_list() == [27_000.0, 10_000_000.0, 320.0, 32_000.0, None]


def test_数值去单位() -> None:
    texts = pl.Series(["65.6度", "120.5㎡", "1,200.5平方米", "88 kWh", "七十"])
    done = clean(texts, field(FieldType.NUMBER))
    assert done.values.to_list() == [65.6, 120.5, 1200.5, 88.0, None]
    assert done.bad[0].code == "bad_number"


def test_整数() -> None:
    done = clean(pl.Series(["1", "2.0", "1,000", "1.5"]), field(FieldType.INTEGER))
    assert done.values.to_list() == [1, 2, 1000, None]
    assert (done.bad[0].at.to_list(), done.bad[0].code) == ([3], "bad_integer")


@given(
    st.lists(st.decimals(-(10**9), 10**9, places=2, allow_nan=False), min_size=1, max_size=40),
    st.sampled_from(["", "元", " 元", "圆"]),
)
def test_任何金额的任何写法都还原(amounts, unit: str) -> None:
    done = clean(pl.Series([f"{amount:,}{unit}" for amount in amounts]), field(FieldType.MONEY))
    assert done.values.to_list() == pytest.approx([float(amount) for amount in amounts])
    assert not done.bad


@pytest.mark.parametrize("text", ["是", "Y", "y", "1", "√", "有", "true", "TRUE", "已资助", "是 ", "1.0", "Yes"])
def test_是(text: str) -> None:
    assert one(CATALOG["education"]["aided"], text) == (True, None)


@pytest.mark.parametrize("text", ["否", "N", "0", "×", "无", "false", "未享受", "没有", "no"])
def test_否(text: str) -> None:
    assert one(CATALOG["education"]["aided"], text) == (False, None)


def test_是否看不出来() -> None:
    assert one(CATALOG["education"]["aided"], "待定") == (None, "bad_yes_no")
    assert one(CATALOG["education"]["aided"], "-") == (None, None)
    assert one(CATALOG["fangfanpin"]["risk_removed"], "稳定消除") == (True, None)


@pytest.mark.parametrize("text", ["一级", "1级", "1", "壹级", "Ⅰ级", wide("1级"), " 一级", "1.0"])
def test_代码换成规范写法(text: str) -> None:
    assert one(CATALOG["disability"]["disability_level"], text) == ("一级", None)


def test_封闭代码表之外的值不可用() -> None:
    assert one(CATALOG["disability"]["disability_level"], "九级") == (None, "unknown_code")
    assert one(CATALOG["disability"]["disability_level"], "未知") == (None, None)


def test_开放代码表之外的值留下() -> None:
    assert one(CATALOG["financial_asset"]["asset_kind"], "数字人民币") == ("数字人民币", None)
    assert one(CATALOG["financial_asset"]["asset_kind"], "活期存款") == ("存款", None)


@pytest.mark.parametrize(
    ("source", "key", "text", "canonical"),
    [
        ("dibao", "dibao_class", "A类", "A"),
        ("dibao", "dibao_class", "a", "A"),
        ("dibao", "relation", "长子", "子女"),
        ("dibao", "relation", "之妻", "配偶"),
        ("hukou", "relation", "02", "户主"),
        ("hukou", "sex", "2", "女"),
        ("hukou", "status", "死亡", "死亡注销"),
        ("tekun", "support_mode", "分散供养", "分散"),
        ("tekun", "self_care", "完全丧失生活自理能力", "全护理"),
        ("social_insurance", "insured_status", "退休", "领取待遇"),
        ("vehicle", "vehicle_status", "达到报废标准", "注销"),
        ("business", "business_status", "存续(在营、开业、在册)", "存续"),
    ],
)
def test_各来源的代码(source: str, key: str, text: str, canonical: str) -> None:
    assert one(CATALOG[source][key], text) == (canonical, None)
