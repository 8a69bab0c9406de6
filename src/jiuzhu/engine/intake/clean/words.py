"""文字一类:文字、地址、姓名、证件号码、电话、账号、区划代码。"""

import polars as pl

from jiuzhu.engine.catalog import Field, FieldType

from .base import BLANKS, SCIENTIFIC, Bad, Cleaned, no_value, patch, tidy

NOTHING = [
    "", "-", "--", "—", "——", "/", "\\", "无", "暂无", "null", "NULL", "None", "N/A", "nan", "NaN", "#N/A", "#REF!", "#DIV/0!",
    "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
]  # fmt: skip
LONGEST_NOTHING = max(len(word.encode()) for word in NOTHING)
FULL_WIDTH = r"[\u3000\uff01-\uff5e]|[\r\n\t]"
BREAK = r"[\r\n\t]"
BREAK_BETWEEN = r"([^\x00-\x7f])[ \r\n\t]*[\r\n\t]+[ \r\n\t]*([^\x00-\x7f])"  # 汉字之间的换行:不留空格
DOTS = r"[•‧∙・･\u2024.。⋅]"
CLEAN_ID = r"^[0-9]{6,}[0-9X]$"  # 细看也不会再动的写法
AROUND_ID = " \t\u3000'\"`‘’“”"
CLEAN_NAME = r"^[\u4e00-\u9fff]{2,}$"
HAN = r"[\u4e00-\u9fff]"
# 乡镇之后至少还有两个字才是「乡镇+村」,「古镇村」不是
TOWNSHIP = r"^(?:.{1,20}?[县市区旗])?([^县市区旗村]{1,8}?(?:街道办事处|街道|民族乡|镇|乡|苏木)).{2,}$"
PLACE_WIDTH = 12


def clean_text(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """去首尾空白,单元格里的换行成空格(地址里汉字之间的去掉);文字另作全角→半角。表示「没有」的写法为空。"""
    out = values.str.strip_chars()
    is_text = field.type is FieldType.TEXT
    odd = out.str.contains(FULL_WIDTH if is_text else BREAK).fill_null(False).arg_true()
    if len(odd):
        mended = out.gather(odd)
        if is_text:
            mended = mended.str.normalize("NFKC")
        else:  # 地址折行:汉字之间不留空格
            mended = mended.str.replace_all(BREAK_BETWEEN, "${1}${2}").str.replace_all(BREAK_BETWEEN, "${1}${2}")
        mended = mended.str.replace_all(r"[ \t]*[\r\n\t]+[ \t]*", " ").str.strip_chars(" '\"" if is_text else " ")
        out = out.scatter(odd, mended)  # out 是新列,可就地改
    short = (out.str.len_bytes() <= LONGEST_NOTHING).fill_null(False).arg_true()  # 先比长短,不必每个值都去查表
    nothing = short.filter(out.gather(short).is_in(NOTHING))
    return Cleaned(out.scatter(nothing, None) if len(nothing) else out)


def clean_name(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """去掉内外空白与引号,字母数字成半角,少数民族姓名的间隔点统一为「·」。"""
    expr = no_value(tidy())
    dotted = expr.str.replace_all("([\u4e00-\u9fff])" + DOTS + "+([\u4e00-\u9fff])", "${1}·${2}")
    # 两个间隔点相连的姓名要替换两遍
    dotted = dotted.str.replace_all("([\u4e00-\u9fff])" + DOTS + "+([\u4e00-\u9fff])", "${1}·${2}")
    return _rest(values, CLEAN_NAME, dotted)


def clean_id(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """只归一书写:全角→半角,去空白、引号、连字符,x→X,去「.0」。校验与修复归 identity。"""
    expr = tidy().str.to_uppercase().str.replace(r"^([0-9]{6,})\.0+$", "$1")
    plain = pl.when(expr.str.contains(r"^[0-9X\-\u2010-\u2015\u2212]{8,}$"))
    expr = plain.then(expr.str.replace_all(r"[\-\u2010-\u2015\u2212]+", "")).otherwise(expr)
    bare = pl.col("raw").str.strip_chars(AROUND_ID).str.to_uppercase()
    return _rest(values, CLEAN_ID, no_value(expr), usual=pl.when(bare.str.contains(CLEAN_ID)).then(bare))


def clean_phone(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """手机或固定电话,只留数字;写了几个的取第一个。"""
    text = _digits_text()
    first = text.str.split_exact("/", 1).struct.field("field_0").str.replace_all(r"[^0-9]", "")
    number = first.str.replace(r"^(?:00)?86(1[0-9]{10})$", "$1")
    good = number.str.contains(r"^(?:1[0-9]{10}|0[0-9]{9,11}|[2-8][0-9]{6,7}|[0-9]{10}|[0-9]{5})$")
    return _checked(values, r"^1[0-9]{10}$", text, good, number, "bad_phone")


def clean_account(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """银行账号,只留数字。"""
    text = _digits_text()
    number = text.str.replace_all(r"[-\u2010-\u2015\u2212]", "")
    return _checked(values, r"^[0-9]{8,32}$", text, number.str.contains(r"^[0-9]{6,32}$"), number, "bad_account")


def clean_place_code(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """12 位统计用区划代码:6、9 位(到县、乡)后面补 0,更长的(到组、户)截到村。"""
    text = _digits_text()
    mantissa = text.str.replace(r"[eE]\+?11$", "").str.replace(".", "", literal=True)
    whole = text.str.contains(r"^[1-8]\.[0-9]{11}[eE]\+?11$")
    code = pl.when(whole).then(mantissa).otherwise(text.str.replace_all(r"[-\u2010-\u2015\u2212]", ""))
    good = code.str.contains(r"^[1-8][0-9]{5}(?:[0-9]{3}|[0-9]{6,12})?$") & (code.str.len_bytes() != 10)
    shaped = code.str.slice(0, PLACE_WIDTH).str.pad_end(PLACE_WIDTH, "0")
    return _checked(values, r"^[1-8][0-9]{11}$", text, good, shaped, "bad_place_code")


def split_place(raw: pl.Series, codes: Cleaned) -> tuple[Cleaned, pl.Series | None]:
    """区划代码列里夹着的地名(有汉字)挑出来,不算坏值 → (剩下的结果, 地名;一个也没有则为空)。"""
    words, bad = None, []
    for item in codes.bad:
        text = raw.gather(item.at).str.normalize("NFKC").str.replace_all(BLANKS, "")
        named = text.str.contains(HAN)
        if named.any():
            empty = pl.Series([None], dtype=pl.String).new_from_index(0, len(raw)) if words is None else words
            words = empty.scatter(item.at.filter(named), text.filter(named))
        if not named.all():
            bad.append(Bad(item.at.filter(~named), item.code))
    return Cleaned(codes.values, bad), words


def township_of(villages: pl.Series) -> pl.Series:
    """村名里写明的乡镇(「麦岭镇上湾村」→ 麦岭镇);没有写的为空。"""
    return villages.str.extract(TOWNSHIP, 1)


def _digits_text() -> pl.Expr:
    text = tidy().str.replace(r"^([0-9]{5,})\.0+$", "$1")
    return no_value(text.str.replace_all(r"[;、,|]", "/"))


def _rest(values: pl.Series, pattern: str, expr: pl.Expr, usual: pl.Expr | None = None) -> Cleaned:
    todo = ~values.str.contains(pattern)
    none = pl.lit(None, pl.String)
    return patch(values, values, lambda rest: rest.select(value=expr, code=none), todo.fill_null(False), usual=usual)


def _checked(values: pl.Series, pattern: str, text: pl.Expr, good: pl.Expr, value: pl.Expr, code: str) -> Cleaned:
    lost = text.str.contains(SCIENTIFIC) & ~good
    reason = pl.when(text.is_null() | good).then(None).when(lost).then(pl.lit("digits_lost")).otherwise(pl.lit(code))
    todo = (~values.str.contains(pattern)).fill_null(False)
    return patch(values, values, lambda rest: rest.select(value=pl.when(good).then(value), code=reason), todo)
