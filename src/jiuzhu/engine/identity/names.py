"""姓名:书写归一与相近程度。"""

from __future__ import annotations

import polars as pl

EQUAL, NEAR, ONE_OFF, DIFFERENT = 3, 2, 1, 0
_NOTE = r"[(\uff08\[【].*?(?:[)\uff09\]】]|$)"
_BETWEEN = r"[\s·•.\uff0e・。,、\uff0c\-]"
_UNCLEAN = r"^$|[(\uff08\[【\s·•.\uff0e・。,、\uff0c\-]"

# 手写、五笔、拼音录入中常互相误写的人名用字(形近或同音);各组不相交,组内第一字作代表。
LOOKALIKES = [
    "芳方",
    "伟玮炜纬",
    "静靖竞",
    "邱丘",
    "闫阎",
    "肖萧",
    "付傅",
    "戴代",
    "余佘",
    "丽莉",
    "军君",
    "英瑛",
    "霞侠",
    "明铭",
    "娟涓",
    "秀绣",
    "燕艳雁",
    "红洪宏虹鸿",
    "桂贵",
    "志智",
    "梓子",
    "雨宇羽",
    "辉晖挥",
    "涛焘",
    "建健",
    "波坡",
    "林琳淋",
    "平萍苹",
    "珍贞",
    "琴芹",
    "兰蓝",
    "凤风",
    "香湘",
    "梅玫",
    "云芸",
    "青清菁",
    "晨辰",
    "俊骏峻",
    "杰洁",
    "昊浩皓",
    "佳嘉",
    "欣鑫",
    "怡宜",
    "妍研",
    "婷亭",
    "雅娅",
    "曦熙",
    "涵函",
    "轩宣",
    "义仪",
    "祥翔",
    "福富",
    "德得",
    "全泉",
    "玉钰",
    "珠株",
    "敏闽",
    "鹏朋",
    "勇永",
    "刚钢",
    "强墙",
    "磊垒",
    "洋阳扬",
    "章张",
    "江姜",
    "徐许",
    "程陈",
    "梁粱",
    "谭潭",
    "侯候",
    "谢榭",
    "沈沉",
    "潘藩",
    "卢芦",
    "蒋将",
    "彭澎",
    "国囯",
    "超钞",
    "博搏",
    "栋东",
    "海诲",
    "春椿",
    "银根",
    "淑菽",
    "丹舟",
]


def _folding() -> dict[str, str]:
    """字 → 所在组的代表字;同一字出现在两组时归先出现的一组。"""
    table: dict[str, str] = {}
    for group in LOOKALIKES:
        for char in group:
            table.setdefault(char, group[0])
    return table


_FOLD = _folding()


def fold(name: pl.Expr) -> pl.Expr:
    """形近同音字换成代表字:两个姓名折叠后相同,就可能只是写错了字。"""
    return name.str.replace_many(list(_FOLD), list(_FOLD.values()))


def folded_from(chars: pl.Series) -> pl.DataFrame:
    """去重的单字 → `char origin`:折叠后与它折叠后相同的各字(含它自己)。"""
    table = chars.drop_nulls().unique().alias("char").to_frame().with_columns(twin=fold(pl.col("char")))
    groups = pl.DataFrame({"origin": list(_FOLD), "twin": list(_FOLD.values())})
    same = table.select("char", origin="char")
    return pl.concat([same, table.join(groups, on="twin").select("char", "origin")]).unique()


def lookalike_forms(names: pl.Series) -> pl.DataFrame:
    """去重的姓名 → `name other`:把其中一个字换成形近同音字得到的各种写法。"""
    pairs = [(a, b) for group in LOOKALIKES for a in group for b in group if a != b]
    swap = pl.DataFrame(pairs, schema={"char": pl.String, "twin": pl.String}, orient="row")
    text = names.drop_nulls().unique().alias("name").to_frame()
    forms = [
        text.with_columns(char=pl.col("name").str.slice(place, 1))
        .join(swap, on="char")
        .select("name", other=_replaced(place))
        for place in range(3)
    ]
    return pl.concat(forms)


def _replaced(place: int) -> pl.Expr:
    name = pl.col("name")
    return name.str.slice(0, place) + pl.col("twin") + name.str.slice(place + 1)


def clean_name(name: pl.Expr) -> pl.Expr:
    """去空白、间隔号与括号注记(“张伟(小名)”→“张伟”);空串为空值。"""
    bare = name.str.replace_all(_NOTE, "").str.replace_all(_BETWEEN, "")
    return pl.when(bare.str.len_chars() > 0).then(bare)


def cleaned(names: pl.Series) -> pl.Series:
    """同 clean_name;多数姓名没有要去的字,只整理有的。"""
    odd = names.str.contains(_UNCLEAN).fill_null(False).arg_true()
    if not len(odd):
        return names
    return names.scatter(odd, names.gather(odd).to_frame("n").select(clean_name(pl.col("n"))).to_series())


def name_levels(written: pl.Series, registered: pl.Series) -> pl.Series:
    """同 name_level;相同的占多数,只细比不同的。"""
    both = pl.DataFrame([written.alias("a"), registered.alias("b")])
    same = both.select(pl.col("a") == pl.col("b")).to_series()
    found = pl.Series("level", same.cast(pl.Int8) * EQUAL)
    at = (~same).fill_null(False).arg_true()
    return found.scatter(at, both[at].select(name_level(pl.col("a"), pl.col("b"))).to_series())


def name_level(written: pl.Expr, registered: pl.Expr) -> pl.Expr:
    """两个已归一姓名的相近程度:3 相同,2 相近,1 同长差一字,0 不同;任一为空则为空(Int8)。

    相近:漏一字或多一字、两字颠倒、只差形近同音字、长姓名截断。
    """
    n, m = written.str.len_chars(), registered.str.len_chars()
    chars = [(written.str.slice(k, 1), registered.str.slice(k, 1)) for k in range(4)]
    off = pl.sum_horizontal([(a != b).cast(pl.Int8) for a, b in chars], ignore_nulls=False)
    same_length = (n == m) & (n >= 2) & (n <= 4)
    near = (fold(written) == fold(registered)) | _dropped(written, registered) | _dropped(registered, written)
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
