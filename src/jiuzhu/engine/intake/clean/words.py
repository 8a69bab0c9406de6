"""文字一类:文字、地址、姓名、证件号码、电话、账号、区划代码。"""

import polars as pl

from jiuzhu.engine.catalog import Field, FieldType

from .base import BLANKS, LARGE, SCIENTIFIC, Bad, Cleaned, by_distinct, digits, no_value, patch, tidy, unlike

NOTHING = [
    "", "-", "--", "—", "——", "/", "\\", "无", "暂无", "null", "NULL", "None", "N/A", "nan", "NaN", "#N/A", "#REF!", "#DIV/0!",
    "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
]  # fmt: skip
LONGEST_NOTHING = max(len(word.encode()) for word in NOTHING)
FULL_WIDTH = r"[\u3000\uff01-\uff5e]|[\r\n\t]"
BREAK = r"[\r\n\t]"
BREAK_BETWEEN = r"([^\x00-\x7f])[ \r\n\t]*[\r\n\t]+[ \r\n\t]*([^\x00-\x7f])"  # 汉字之间的换行:不留空格
DOTTED = r"([\u4e00-\u9fff])[•‧∙・･\u2024.。⋅]+([\u4e00-\u9fff])", "${1}·${2}"
CLEAN_ID = r"^[0-9]{6,}[0-9X]$"  # 细看也不会再动的写法
AMID_ID = "[ \t\u3000'\"`‘’“”]+"
WHOLE_ID = 10**17, 10**18 - 1
WHOLE_PLACE = 10**11, 9 * 10**11 - 1
CLEAN_NAME = r"^[\u4e00-\u9fff]{2,}$"
HAN = r"[\u4e00-\u9fff]"
# 乡镇之后至少还有两个字才是「乡镇+村」,「古镇村」不是
TOWNSHIP = r"^(?:.{1,20}?[县市区旗])?([^县市区旗村]{1,8}?(?:街道办事处|街道|民族乡|镇|乡|苏木)).{2,}$"
PLACE_WIDTH = 12
SAMPLE = 1_000
NO_CODE = pl.lit(None, pl.String)


def clean_text(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """去首尾空白,单元格里的换行成空格(地址里汉字之间的去掉);文字另作全角→半角。表示「没有」的写法为空。"""
    if field.type is not FieldType.TEXT:
        return Cleaned(_tidy_text(values, is_text=False))
    if _all_digits(values) or (_few(values) and _unmoved(values.unique())):
        return Cleaned(values)
    return by_distinct(values, _tidied) if _few(values) else _tidied(values)


def _tidied(values: pl.Series) -> Cleaned:
    return Cleaned(_tidy_text(values, is_text=True))


def _unmoved(values: pl.Series) -> bool:
    return _tidy_text(values, is_text=True).equals(values)


def _few(values: pl.Series) -> bool:
    """抽样看,不同的值很少。"""
    sample = values.gather_every(max(1, len(values) // SAMPLE))
    return len(values) > LARGE and sample.n_unique() * 2 < SAMPLE


def _all_digits(values: pl.Series) -> bool:
    """户号、证号一类:全是能当整数读的半角数字,不必再看。"""
    return _digits_only(values.head(SAMPLE)) and _digits_only(values)


def _digits_only(values: pl.Series) -> bool:
    return values.cast(pl.Int64, strict=False).null_count() == values.null_count()


def _tidy_text(values: pl.Series, *, is_text: bool) -> pl.Series:
    out = values.str.strip_chars()
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
    return out.scatter(nothing, None) if len(nothing) else out


def clean_name(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """去掉内外空白与引号,字母数字成半角,少数民族姓名的间隔点统一为「·」。"""

    def slow(rest: pl.DataFrame) -> pl.DataFrame:
        text = no_value(pl.col("text"))
        dotted = text.str.replace_all(*DOTTED).str.replace_all(*DOTTED)  # 两个间隔点相连的姓名要替换两遍
        return rest.select(text=tidy()).select(value=dotted, code=NO_CODE)

    return patch(values, values, slow, unlike(values, CLEAN_NAME))


def clean_id(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """只归一书写:全角→半角,去空白、引号、连字符,x→X,去「.0」。校验与修复归 identity。"""
    return clean_ids(values, plain_ids(values))


def plain_ids(values: pl.Series) -> pl.Series:
    """最常见的写法:十八位全是数字的。"""
    return digits(values, *WHOLE_ID)


def clean_ids(values: pl.Series, plain: pl.Series) -> Cleaned:
    """同 :func:`clean_id`;``plain`` 是已知书写干净的行。"""
    return patch(values, values, _slow_id, unlike(values, CLEAN_ID, plain), usual=_usual_id)


def _usual_id(rest: pl.DataFrame) -> pl.Series:
    bare = rest.select(text=pl.col("raw").str.replace_all(AMID_ID, "").str.to_uppercase())
    return bare.select(pl.when(pl.col("text").str.contains(CLEAN_ID)).then("text")).to_series()


def _slow_id(rest: pl.DataFrame) -> pl.DataFrame:
    text = pl.col("text")
    frame = rest.select(text=tidy().str.to_uppercase().str.replace(r"^([0-9]{6,})\.0+$", "$1"))
    joined = pl.when(text.str.contains(r"^[0-9X\-\u2010-\u2015\u2212]{8,}$"))
    frame = frame.select(text=joined.then(text.str.replace_all(r"[\-\u2010-\u2015\u2212]+", "")).otherwise(text))
    return frame.select(value=no_value(text), code=NO_CODE)


def clean_phone(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """手机或固定电话,只留数字;写了几个的取第一个。"""

    def slow(rest: pl.DataFrame) -> pl.DataFrame:
        first = pl.col("text").str.split_exact("/", 1).struct.field("field_0").str.replace_all(r"[^0-9]", "")
        frame = _digits_text(rest).with_columns(value=first.str.replace(r"^(?:00)?86(1[0-9]{10})$", "$1"))
        good = pl.col("value").str.contains(r"^(?:1[0-9]{10}|0[0-9]{9,11}|[2-8][0-9]{6,7}|[0-9]{10}|[0-9]{5})$")
        return _checked(frame.with_columns(good=good), "bad_phone")

    return patch(values, values, slow, unlike(values, r"^1[0-9]{10}$"))


def clean_account(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """银行账号,只留数字。"""

    def slow(rest: pl.DataFrame) -> pl.DataFrame:
        number = pl.col("text").str.replace_all(r"[-\u2010-\u2015\u2212]", "")
        frame = _digits_text(rest).with_columns(value=number)
        return _checked(frame.with_columns(good=pl.col("value").str.contains(r"^[0-9]{6,32}$")), "bad_account")

    return patch(values, values, slow, unlike(values, r"^[0-9]{8,32}$"))


def clean_place_code(values: pl.Series, field: Field, factor: float = 1.0) -> Cleaned:
    """12 位统计用区划代码:6、9 位(到县、乡)后面补 0,更长的(到组、户)截到村。"""

    def slow(rest: pl.DataFrame) -> pl.DataFrame:
        text, code = pl.col("text"), pl.col("code")
        mantissa = text.str.replace(r"[eE]\+?11$", "").str.replace(".", "", literal=True)
        whole = text.str.contains(r"^[1-8]\.[0-9]{11}[eE]\+?11$")
        plain = text.str.replace_all(r"[-\u2010-\u2015\u2212]", "")
        frame = _digits_text(rest).with_columns(code=pl.when(whole).then(mantissa).otherwise(plain))
        good = code.str.contains(r"^[1-8][0-9]{5}(?:[0-9]{3}|[0-9]{6,12})?$") & (code.str.len_bytes() != 10)
        shaped = code.str.slice(0, PLACE_WIDTH).str.pad_end(PLACE_WIDTH, "0")
        return _checked(frame.with_columns(good=good, value=shaped), "bad_place_code")

    return patch(values, values, slow, unlike(values, r"^[1-8][0-9]{11}$", digits(values, *WHOLE_PLACE)))


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


def _digits_text(rest: pl.DataFrame) -> pl.DataFrame:
    """列 text:归一的写法,几个号码之间都用「/」隔开。"""
    text = tidy().str.replace(r"^([0-9]{5,})\.0+$", "$1").str.replace_all(r"[;、,|]", "/")
    return rest.select(text=text).select(text=no_value(pl.col("text")))


def _checked(frame: pl.DataFrame, code: str) -> pl.DataFrame:
    """``frame`` 有 text、value、good:不好的值置空,写明代码。"""
    text, good = pl.col("text"), pl.col("good")
    lost = text.str.contains(SCIENTIFIC) & ~good
    reason = pl.when(text.is_null() | good).then(None).when(lost).then(pl.lit("digits_lost")).otherwise(pl.lit(code))
    return frame.select(value=pl.when(good).then("value"), code=reason)
