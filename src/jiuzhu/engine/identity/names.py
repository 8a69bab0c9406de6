"""姓名:书写归一与相近程度。"""

from __future__ import annotations

from itertools import permutations

import polars as pl

EQUAL, NEAR, ONE_OFF, DIFFERENT = 3, 2, 1, 0

# 手写、五笔、拼音录入中常互相误写的字(形近或同音),人名常用字。
LOOKALIKES = (
    "芳方", "伟玮炜纬", "静靖竞", "邱丘", "闫阎严", "肖萧", "付傅", "戴代", "余佘", "丽莉利", "军君", "英瑛", "霞侠",
    "明铭", "娟涓", "秀绣", "华花", "燕艳雁", "红洪宏虹鸿", "桂贵", "志智", "梓子", "雨宇羽", "辉晖挥", "涛焘", "淑叔",
    "建健", "波坡", "林琳淋", "平萍苹", "珍贞", "琴芹", "兰蓝岚", "凤风", "香湘", "梅玫", "云芸", "青清菁", "晨辰",
    "俊骏峻", "杰洁", "超钞", "博搏", "昊浩皓", "佳嘉家", "欣鑫新", "怡宜", "妍研", "婷亭", "雅娅", "曦熙", "涵函",
    "轩宣", "宇于", "义仪", "祥翔", "福富", "德得", "全泉权", "生胜", "庆清", "春椿", "金今", "银根", "珠株", "玉王",
    "敏闽", "思恩", "鹏朋", "栋东", "勇永", "刚钢", "强墙", "磊垒", "洋阳扬", "才材", "国囯", "海悔", "柳刘", "章张",
    "江姜", "徐许", "程陈", "梁粱", "谭潭", "覃潭", "候侯", "谢榭", "沈沉", "潘藩", "卢芦", "蒋将", "贾甲", "彭澎",
)  # fmt: skip
_PAIRS = [a + b for group in LOOKALIKES for a, b in permutations(group, 2)]


def clean_name(name: pl.Expr) -> pl.Expr:
    """去空白、间隔号与括号注记(“张伟(小名)”→“张伟”);空串为空值。"""
    bare = name.str.replace_all(r"[((\[【].*?(?:[))\]】]|$)", "").str.replace_all(r"[\s·•..・。,、,\-]", "")
    return pl.when(bare.str.len_chars() > 0).then(bare)


def name_level(written: pl.Expr, registered: pl.Expr) -> pl.Expr:
    """两个已归一姓名的相近程度:3 相同,2 相近,1 同长差一字,0 不同;任一为空则为空(Int8)。

    相近:漏一字或多一字、两字颠倒、差一字且为形近同音字、长姓名截断。
    """
    n, m = written.str.len_chars(), registered.str.len_chars()
    chars = [(written.str.slice(k, 1), registered.str.slice(k, 1)) for k in range(4)]
    off = pl.sum_horizontal([(a != b).cast(pl.Int8) for a, b in chars], ignore_nulls=False)
    alike = pl.any_horizontal([(a != b) & (a + b).is_in(_PAIRS) for a, b in chars])
    same_length = (n == m) & (n >= 2) & (n <= 4)
    near = (same_length & (off == 1) & alike) | _dropped(written, registered) | _dropped(registered, written)
    near |= _turned(written, registered) | _truncated(written, registered)
    level = (
        pl.when(written == registered)
        .then(EQUAL)
        .when(near)
        .then(NEAR)
        .when(same_length & (off == 1))
        .then(ONE_OFF)
        .otherwise(DIFFERENT)
    )
    return pl.when(written.is_not_null() & registered.is_not_null()).then(level).cast(pl.Int8)


def _dropped(short: pl.Expr, long: pl.Expr) -> pl.Expr:
    """`short` 是 `long`(三、四字)去掉姓以外的一字,且至少留两字。"""
    cases = [short == long.str.slice(0, k) + long.str.slice(k + 1) for k in (1, 2, 3)]
    return (long.str.len_chars().is_in([3, 4])) & (short.str.len_chars() >= 2) & pl.any_horizontal(cases)


def _turned(a: pl.Expr, b: pl.Expr) -> pl.Expr:
    """三字姓名的名两字颠倒。"""
    return (a.str.len_chars() == 3) & (a.str.slice(0, 1) + a.str.slice(2, 1) + a.str.slice(1, 1) == b)


def _truncated(a: pl.Expr, b: pl.Expr) -> pl.Expr:
    """五字以上姓名被截断,至少留四字。"""
    short_a = (a.str.len_chars() >= 4) & (b.str.len_chars() >= 5) & b.str.starts_with(a)
    short_b = (b.str.len_chars() >= 4) & (a.str.len_chars() >= 5) & a.str.starts_with(b)
    return short_a | short_b
