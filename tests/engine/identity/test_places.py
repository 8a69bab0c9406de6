"""地名:地址各种写法,村居代码归纳,来件文字对村居。"""

import polars as pl
import pytest

from jiuzhu.engine.identity.places import parse_address, village_of_words, village_places

PLACES = pl.DataFrame(
    {
        "village_code": ["420999111222", "420999103207", "420999111223"],
        "county": ["安澜县"] * 3,
        "township": ["南岭乡", "双桥镇", "南岭乡"],
        "village": ["北湾村", "东岗村", "东岗村"],
    }
)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("安澜县南岭乡北湾村11组158号", ("安澜县", "南岭乡", "北湾村")),
        ("安澜县城关镇社区北河社区8组148号", ("安澜县", "城关镇", "北河社区")),
        ("湖北省孝感市孝南区书院街道城站社区居委会3栋", ("孝南区", "书院街道", "城站社区")),
        ("内蒙古自治区锡林郭勒盟苏尼特右旗某苏木乌兰嘎查", ("苏尼特右旗", "某苏木", "乌兰嘎查")),
        ("湖北省仙桃市沙嘴街道办事处黄荆村", ("仙桃市", "沙嘴街道办事处", "黄荆村")),
        ("广西壮族自治区柳州市三江侗族自治县八江乡布央村", ("三江侗族自治县", "八江乡", "布央村")),
        ("城关镇北街居委会", (None, "城关镇", "北街居委会")),
        ("人民路1号", (None, None, None)),
        (None, (None, None, None)),
    ],
)
def test_拆地址(address, expected):
    frame = pl.DataFrame({"a": [address]}, schema={"a": pl.String})
    found = frame.select(parse_address(pl.col("a")).alias("p")).unnest("p")
    assert found.row(0) == expected


def test_村名取多数():
    register = pl.DataFrame(
        {
            "village_code": ["1", "1", "1", None],
            "address": ["甲县乙乡丙村1号", "甲县乙乡丙村2号", "甲县乙乡丁村3号", "甲县乙乡戊村"],
        }
    )
    assert village_places(register).rows() == [("1", "甲县", "乙乡", "丙村")]


@pytest.mark.parametrize(
    ("address", "township", "village", "expected"),
    [
        ("安澜县南岭乡东岗村5组", None, None, "420999111223"),
        (None, "双桥镇", "双桥镇东岗村", "420999103207"),
        (None, "安澜县双桥镇", "东岗", "420999103207"),
        (None, None, "北湾村民委员会", "420999111222"),
        (None, None, "东岗村", None),
        ("南岭乡小学", None, None, None),
    ],
)
def test_文字对村居(address, township, village, expected):
    text = pl.String()
    claims = pl.DataFrame(
        {"claim": [0], "address": [address], "township": [township], "village": [village]},
        schema={"claim": pl.UInt32(), "address": text, "township": text, "village": text},
    )
    assert village_of_words(claims, PLACES)["village_code"].to_list() == [expected]
