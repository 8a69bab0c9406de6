"""哪些行不是数据:空行、合计、重复表头、栏号、说明;哪些整行不可用。"""

import re
import unicodedata
from dataclasses import dataclass

import polars as pl

from .clean import plain_ids

BLANKS = r"[\s\x00\u00a0\u200b-\u200f\u3000\ufeff]+"
LONG_DIGITS = r"[0-9\uff10-\uff19Xx]{6}|[0-9][eE]\+"
# 下面两种写法对着已成半角、去了空白的文字
TOTALS = (
    r"^(?:[^,。]{0,12}(?:合计|总计|小计|共计|累计|总和|汇总)[:()数额]*|(?:合|总|小|共)计.{0,8}"
    r"|共[0-9]+[人户条笔].*|total.{0,8}|sum)$"
)
TOTALS_WORD = r"^(?:本页|本表)?(?:合计|总计|小计|共计|总和):?$"  # 任何一格
TOTALS_HINT = "(?i)[计总汇共]|total|sum"  # 上面两种写法总有其中之一
NOTES = (
    r"^[(\[【*※]*(?:注[:0-9.、]|备注|说明|填报|填表|制表|审核人|审批人|复核|经办|负责人|单位负责|主管"
    r"|报送|打印|统计人|统计时间|截止|截至|数据来源|数据截止|联系人|联系电话:|日期:|时间:"
    r"|第[0-9一二三四五六七八九十]{1,4}页|共[0-9]{1,5}页|以上|以下空白|盖章|公章|制单|编制|单位[:(]"
    r"|导出|查询人|查询时间|本表|此表|(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日$)"
)
COLUMN_NUMBERS = re.compile(r"\(?([0-9]{1,2})\)?")
STEMS = "甲乙丙丁戊己庚辛壬癸"
LONG_NAME = 18  # 字节;姓名列里比这长的,细看是不是说明


@dataclass(slots=True)
class Sorted:
    """分好的行。``kept`` 是留下的数据行,``row`` 是它们的行号;``ignored``、``quarantined`` 为 row、code。

    ``plain``:``kept`` 里证件号码书写干净的行(没有证件列时为空),清洗时不必再看。
    """

    kept: pl.DataFrame
    row: pl.Series
    plain: pl.Series | None
    ignored: pl.DataFrame
    quarantined: pl.DataFrame


def sort_rows(
    frame: pl.DataFrame, header: list[str], subject: list[str], titles: list[str], *, spare: list[str], torn: bool
) -> Sorted:
    """分出不是数据的行与错位、残缺的行。

    ``frame``:表头以下全部行,各列 String。``header``:与列对应的表头文字。``subject``:姓名、证件号码所在的列名,证件在后。
    ``spare``:表头之外的列,非空即错位。``torn``:末行残缺。
    """
    row = pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True).alias("row")
    plain = plain_ids(frame[subject[-1]]) if subject else None
    at = row - 1 if plain is None else _doubtful(frame, subject, plain)
    ignored = _not_data(_rows_at(frame, at), header, titles) if len(at) else _nothing()
    wrong = _misplaced(frame, spare, torn, ignored)
    out = pl.concat([ignored["row"], wrong["row"]])
    if len(out):
        kept = ~row.is_in(out.implode())
        frame, row, plain = frame.filter(kept), row.filter(kept), None if plain is None else plain.filter(kept)
    return Sorted(frame, row, plain, ignored, wrong)


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema={"row": pl.Int64, "code": pl.String})


def _rows_at(frame: pl.DataFrame, at: pl.Series) -> pl.DataFrame:
    """几行(下标),添上行号。"""
    return frame[at.cast(pl.UInt32)].with_columns(row=at.cast(pl.Int64) + 1)


def _doubtful(frame: pl.DataFrame, subject: list[str], plain: pl.Series) -> pl.Series:
    """可能不是数据的行的下标:证件列不像号码,或姓名列太长。其余的不必再看。``plain`` 是已知证件列就是号码的行。

    逐列算,不往 ``frame`` 添列:分块不一的表每一步都要整张重排。
    """
    like = frame[subject[-1]].filter(~plain).str.contains(LONG_DIGITS).fill_null(False)
    odd = (~plain).arg_true().filter(~like)
    if len(subject) == 1:
        return odd
    long = (frame[subject[0]].str.len_bytes().fill_null(LONG_NAME + 1) > LONG_NAME).arg_true()
    return pl.concat([odd, long]).unique().sort() if len(long) else odd


def _not_data(rows: pl.DataFrame, header: list[str], titles: list[str]) -> pl.DataFrame:
    cells = [name for name in rows.columns if name != "row"]
    tidy = rows.select("row", pl.col(cells).fill_null("").str.normalize("NFKC").str.replace_all(BLANKS, ""))
    filled = pl.sum_horizontal(pl.col(cells) != "")
    same = pl.sum_horizontal(
        *[
            (pl.col(name) == _tidy(text)).cast(pl.Int32) if text else pl.lit(0)
            for name, text in zip(cells, header, strict=False)
        ]
    )
    first = pl.coalesce(*[pl.when(pl.col(name) != "").then(pl.col(name)) for name in cells])
    few = pl.col("filled") <= max(3, len([text for text in header if text]) // 3)
    hint = pl.concat_str(cells).str.contains(TOTALS_HINT)
    # 缺证件号码的人也在这里:各格大多有值,又没有合计一类的字,不必逐格细看
    look = few | hint | (pl.col("same") >= 2) | (pl.col("row") <= 2)
    facts = tidy.with_columns(filled=filled, same=same, first=first).filter(look)
    if facts.is_empty():
        return _nothing()
    number = pl.col("row").is_in(_column_number_rows(facts, cells))
    title = {_tidy(text) for text in titles}
    code = (
        pl.when(pl.col("filled") == 0).then(pl.lit("blank_row"))
        .when((pl.col("same") >= 2) & (pl.col("same") * 2 >= pl.col("filled"))).then(pl.lit("repeated_header"))
        .when(pl.col("first").is_in(sorted(title)) & few).then(pl.lit("repeated_header"))
        .when(pl.any_horizontal(pl.col(cells[:4]).str.contains("(?i)" + TOTALS))).then(pl.lit("totals_row"))
        .when(pl.any_horizontal(pl.col(cells).str.contains(TOTALS_WORD))).then(pl.lit("totals_row"))
        .when(few & pl.any_horizontal(pl.col(cells).str.contains(NOTES))).then(pl.lit("note_row"))
        .when((pl.col("filled") == 1) & pl.col("first").str.contains("^[^0-9].{8,}")).then(pl.lit("note_row"))
        .when(number).then(pl.lit("column_numbers"))
    )  # fmt: skip
    return facts.select("row", code=code).drop_nulls("code")


def _tidy(text: str) -> str:
    return re.sub(BLANKS, "", unicodedata.normalize("NFKC", text))


def _column_number_rows(rows: pl.DataFrame, cells: list[str]) -> list[int]:
    """紧接表头的栏号行:1、2、3……,或甲、乙、1、2……"""
    out = []
    for row in rows.filter(pl.col("row") <= 2).select("row", *cells).iter_rows():
        words = [word for word in row[1:] if word]
        rest = [word for word in words if word not in STEMS]
        numbers = [COLUMN_NUMBERS.fullmatch(word) for word in rest]
        if len(words) >= 3 and rest and all(numbers):
            found = [int(match[1]) for match in numbers if match]
            if found == list(range(found[0], found[0] + len(found))):
                out.append(row[0])
    return out


def _misplaced(frame: pl.DataFrame, spare: list[str], torn: bool, ignored: pl.DataFrame) -> pl.DataFrame:
    parts = [_nothing()]
    spare = [name for name in spare if frame[name].null_count() < frame.height]
    if spare:
        extra = frame.select(pl.any_horizontal(pl.col(spare).str.strip_chars().fill_null("") != "")).to_series()
        parts.append(
            pl.DataFrame({"row": extra.arg_true().cast(pl.Int64) + 1}).with_columns(code=pl.lit("extra_cells"))
        )
    if torn and frame.height:
        parts.append(pl.DataFrame({"row": [frame.height], "code": ["torn_row"]}))
    return pl.concat(parts).unique("row", keep="first", maintain_order=True).join(ignored, on="row", how="anti")
