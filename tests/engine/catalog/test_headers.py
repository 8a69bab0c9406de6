"""表头词归一与单位。"""

import pytest

from jiuzhu.engine.catalog.headers import money_factor, parse_header


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("身份证号", "身份证号"),
        (" 身份 证号\n", "身份证号"),
        ("\uff0a身份证号\uff1a", "身份证号"),
        ("*姓名:", "姓名"),
        ("ID Number", "idnumber"),
        ("1.姓名", "姓名"),
        ("(3)姓名", "姓名"),
        ("一、姓名", "姓名"),
        ("评估价值(万元)", "评估价值"),
        ("评估价值【万元】", "评估价值"),
        ("评估价值\uff08万元\uff09", "评估价值"),
        ("村(社区)代码", "村社区代码"),
        ("村(社区)代码", "村代码"),
        ("月保障金额元", "月保障金额"),
    ],
)
def test_归一(text: str, word: str) -> None:
    assert word in parse_header(text).words


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("评估价值(万元)", 10_000.0),
        ("评估价值(单位:万元)", 10_000.0),
        ("评估价值\uff08单位\uff1a万元\uff09", 10_000.0),
        ("月保障金(元)", 1.0),
        ("收入(元/月)", 1.0),
        ("收入(千元)", 1000.0),
        ("注册资本万元", 10_000.0),
        ("注册资本(万元人民币)", 10_000.0),
        ("建筑面积(㎡)", None),
        ("用电量(度)", None),
        ("余额", None),
        ("村(社区)代码", None),
    ],
)
def test_金额单位(text: str, factor: float | None) -> None:
    assert parse_header(text).money_factor == factor


@pytest.mark.parametrize(
    ("unit", "factor"), [("万元/人", 10_000.0), ("元每月", 1.0), ("亿元", 1e8), ("人", None), (None, None)]
)
def test_单位倍数(unit: str | None, factor: float | None) -> None:
    assert money_factor(unit) == factor


def test_空表头没有词() -> None:
    assert parse_header(None).words == ()
    assert parse_header("  ").words == ()
