"""差错:每种差错一个比例;身份证号与姓名的差错在这里施加,真值不变。

比例取自样本县各文件(不含户籍)的实测;户籍表从不加差错。
"""

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from jiuzhu.demo.names import LOOK_ALIKE, LOOK_ALIKE_SURNAME
from jiuzhu.demo.streams import Ints, choose

FULL_WIDTH = {str(d): chr(0xFF10 + d) for d in range(10)} | {"X": chr(0xFF38)}


@dataclass(frozen=True)
class Faults:
    """差错比例(占行)。id_ 开头的互斥,name_ 开头的互斥。"""

    id_edge_blank: float = 0.0123  # 首尾空白
    id_inner_blank: float = 0.0039  # 中间空格
    id_full_width: float = 0.0062  # 全角数字
    id_lower_x: float = 0.0130  # 末位 X 写成 x(只落在末位为 X 的号码上)
    id_apostrophe: float = 0.0039  # 前导撇号
    id_fifteen: float = 0.0062  # 十五位旧号(只落在 1900 年代出生者)
    id_one_digit: float = 0.0087  # 错一位
    id_swapped: float = 0.0038  # 相邻两位颠倒
    id_missing: float = 0.0058  # 空
    id_scientific: float = 0.0037  # 被电子表格吃成科学计数
    id_spouse: float = 0.0  # 写成了配偶的号码
    name_blank: float = 0.0121  # 姓名里或末尾有空白
    name_dropped: float = 0.0040  # 三字名漏一个字
    name_nickname: float = 0.0020  # 带(小名)
    name_look_alike: float = 0.0040  # 形近、音近字(只落在有此类字的姓名上)
    duplicate_rows: float = 0.0015  # 同一行出现两次
    money_comma: float = 0.06
    money_unit: float = 0.025  # 带“元”
    money_whole: float = 0.015  # 不带小数
    money_symbol: float = 0.0  # ¥ 前缀
    money_wan: float = 0.0  # 单元格里写“1.2万元”
    money_blank_word: float = 0.0  # “/”“-”“无”等占位
    date_bad: float = 0.0  # 不存在的日期、占位日期
    line_break: float = 0.0  # 地址里夹换行
    kin_share: float = 0.0  # 户主、监护人证件号的书写差错,相对本人证件号的倍数

    def scaled(self, factor: float) -> "Faults":
        """身份证号、姓名与重复行的差错一律乘以 factor。"""
        names = [f.name for f in fields(self) if f.name.startswith(("id_", "name_", "duplicate"))]
        return replace(self, **{name: getattr(self, name) * factor for name in names})


# 只改书写、可以无损还原的差错。
WRITING = ("id_edge_blank", "id_inner_blank", "id_full_width", "id_lower_x", "id_apostrophe", "id_fifteen")


def lots(rng: np.random.Generator, size: int, rates: list[float]) -> Ints:
    """每行抽一种差错:0 为没有,k 为第 k 种。"""
    return choose(rng, len(rates) + 1, size, [max(0.0, 1.0 - sum(rates)), *rates])


def spoil_ids(rng: np.random.Generator, ids: pl.Series, faults: Faults, spouses: pl.Series | None) -> pl.Series:
    """给身份证号一列加差错;spouses 为配偶号码(无则空),None 表示这一列是户主或监护人的号码。"""
    names = [f.name for f in fields(faults) if f.name.startswith("id_")]
    rates = [getattr(faults, name) for name in names]
    if spouses is None:
        rates = [rate * faults.kin_share if name in WRITING else 0.0 for name, rate in zip(names, rates, strict=True)]
    lot = lots(rng, len(ids), rates)
    result = ids.clone()
    for number, name in enumerate(names, start=1):
        rows = np.flatnonzero(lot == number)
        if len(rows):
            good = ids.gather(rows)
            if name == "id_spouse" and spouses is not None:
                bad = spouses.gather(rows)
                bad = bad.zip_with(bad.is_not_null(), good)
            else:
                bad = ID_FAULTS[name](rng, good)
            result = result.scatter(pl.Series(rows), bad)
    return result


def edge_blank(rng: np.random.Generator, ids: pl.Series) -> pl.Series:
    """首尾空白:半角、全角或制表前的空格。"""
    left = pl.Series([" ", "", "\u3000", " "]).gather(rng.integers(0, 4, len(ids)))
    return left + ids + " "


def inner_blank(rng: np.random.Generator, ids: pl.Series) -> pl.Series:
    """按 6-8-4 断开。"""
    return ids.str.slice(0, 6) + " " + ids.str.slice(6, 8) + " " + ids.str.slice(14, 4)


def full_width(rng: np.random.Generator, ids: pl.Series) -> pl.Series:
    """全角。"""
    return ids.str.replace_many(FULL_WIDTH)


def lower_x(rng: np.random.Generator, ids: pl.Series) -> pl.Series:
    """末位小写。"""
    return ids.str.to_lowercase()


def apostrophe(rng: np.random.Generator, ids: pl.Series) -> pl.Series:
    """前导撇号。"""
    return "'" + ids


def fifteen(rng: np.random.Generator, ids: pl.Series) -> pl.Series:
    """十五位旧号;2000 年后出生者没有,保持原样。"""
    old = ids.str.slice(0, 6) + ids.str.slice(8, 9)
    return old.zip_with(ids.str.slice(6, 2) == "19", ids)


def letters(ids: pl.Series) -> npt.NDArray[np.uint8]:
    """身份证号列转 [行, 18] 字节。"""
    return np.array(ids.to_list(), dtype="S18").view(np.uint8).reshape(len(ids), 18).copy()


def from_letters(table: npt.NDArray[np.uint8]) -> pl.Series:
    """[行, 18] 字节转回字符串列。"""
    return pl.Series(table.reshape(-1).view("S18").astype("U18").tolist(), dtype=pl.String)


def one_digit(rng: np.random.Generator, ids: pl.Series) -> pl.Series:
    """前 17 位中错一位。"""
    table, rows = letters(ids), np.arange(len(ids))
    place = rng.integers(0, 17, len(ids))
    table[rows, place] = (table[rows, place] - 48 + rng.integers(1, 10, len(ids))) % 10 + 48
    return from_letters(table)


def swapped(rng: np.random.Generator, ids: pl.Series) -> pl.Series:
    """相邻两位颠倒;从随机处起找第一对不同的。"""
    table, rows = letters(ids), np.arange(len(ids))
    differs = table[:, 5:16] != table[:, 6:17]
    turn = rng.integers(0, 11, len(ids))
    rolled = np.take_along_axis(differs, (np.arange(11) + turn[:, None]) % 11, axis=1)
    place = 5 + (rolled.argmax(axis=1) + turn) % 11
    table[rows, place], table[rows, place + 1] = table[rows, place + 1], table[rows, place].copy()
    return from_letters(table)


def missing(rng: np.random.Generator, ids: pl.Series) -> pl.Series:
    """空。"""
    return pl.repeat(None, len(ids), dtype=pl.String, eager=True)


def scientific(rng: np.random.Generator, ids: pl.Series) -> pl.Series:
    """4.29998E+17。"""
    return ids.str.slice(0, 1) + "." + ids.str.slice(1, 5) + "E+17"


ID_FAULTS = {
    "id_edge_blank": edge_blank,
    "id_inner_blank": inner_blank,
    "id_full_width": full_width,
    "id_lower_x": lower_x,
    "id_apostrophe": apostrophe,
    "id_fifteen": fifteen,
    "id_one_digit": one_digit,
    "id_swapped": swapped,
    "id_missing": missing,
    "id_scientific": scientific,
}


def spoil_names(rng: np.random.Generator, names: pl.Series, faults: Faults) -> pl.Series:
    """给姓名一列加差错。"""
    rates = [faults.name_blank, faults.name_dropped, faults.name_nickname, faults.name_look_alike]
    lot = lots(rng, len(names), rates)
    result = names.clone()
    for number, spoil in enumerate((name_blank, name_dropped, name_nickname, name_look_alike), start=1):
        rows = np.flatnonzero(lot == number)
        if len(rows):
            result = result.scatter(pl.Series(rows), spoil(rng, names.gather(rows)))
    return result


def name_blank(rng: np.random.Generator, names: pl.Series) -> pl.Series:
    """姓后空格,或末尾空格(半角、全角)。"""
    blank = pl.Series([" ", " ", "\u3000"]).gather(rng.integers(0, 3, len(names)))
    inner = names.str.slice(0, 1) + blank + names.str.slice(1)
    return inner.zip_with(pl.Series(rng.random(len(names)) < 0.65), names + blank)


def name_dropped(rng: np.random.Generator, names: pl.Series) -> pl.Series:
    """三字以上的漏第二字。"""
    short = names.str.slice(0, 1) + names.str.slice(2)
    return short.zip_with(names.str.len_chars() >= 3, names)


def name_nickname(rng: np.random.Generator, names: pl.Series) -> pl.Series:
    """后缀(小名)。"""
    return names + "(小名)"


def name_look_alike(rng: np.random.Generator, names: pl.Series) -> pl.Series:
    """换成形近、音近字:名用字库,姓用异体。"""
    surname = names.str.slice(0, 1).replace(LOOK_ALIKE_SURNAME)
    given = names.str.slice(1).str.replace_many(LOOK_ALIKE)
    other = pl.Series(rng.random(len(names)) < 0.15)
    return surname.zip_with(other, names.str.slice(0, 1)) + given
