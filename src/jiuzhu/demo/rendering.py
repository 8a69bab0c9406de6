"""由规范表到要写出的表:打乱行序、加差错、换写法、换表头、重复个别行、调列序。"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from jiuzhu.demo.county import County
from jiuzhu.demo.dialects import Dialect, SourceWords, source_words
from jiuzhu.demo.faults import Faults, spoil_ids, spoil_names
from jiuzhu.demo.layouts import Layout
from jiuzhu.demo.streams import Ints, pick
from jiuzhu.demo.writing import break_lines, write_dates, write_money, write_months, write_numbers, write_words

CLEAN = Faults(*([0.0] * len(Faults.__dataclass_fields__)))
TEN_THOUSAND = "万元"


@dataclass(frozen=True)
class Sheet:
    """要写出的一张表。

    body 列名即表头、全为字符串;native 与 body 同高,列是 body 的一部分,有值处在 XLSX 里写成真正的日期或数值;
    money 是金额列的表头;totals 与之对应(元);pid 逐行对应。
    """

    title: str
    body: pl.DataFrame
    native: pl.DataFrame
    totals: dict[str, float]
    pid: pl.Series


@dataclass(frozen=True)
class Pen:
    """写一张表时不变的东西。"""

    rng: np.random.Generator
    county: County
    dialect: Dialect
    source: str
    words: SourceWords
    faults: Faults

    def column(self, key: str, rows: pl.DataFrame) -> pl.Series:
        """把一个字段写成字符串列。"""
        kind, hand = self.words.types[key], self.dialect.hand
        if kind == "name":
            return spoil_names(self.rng, self.county.persons["name"].gather(rows["pid"]), self.faults)
        if kind == "id_number":
            ids = self.county.persons["id"].gather(rows["pid"])
            return spoil_ids(self.rng, ids, self.faults, spouse_ids(self.county, rows["pid"]))
        if kind == "sequence":
            return pl.Series(np.arange(1, rows.height + 1)).cast(pl.String)
        values = rows[key]
        if kind == "kin_id":
            return spoil_ids(self.rng, values, self.faults, None)
        if kind == "date":
            weights = {"iso": 1.0} if self.source == "hukou" else hand.dates
            return write_dates(self.rng, values, weights, self.faults.date_bad)
        if kind == "month":
            return write_months(values, hand.months[self.source])
        if kind == "money":
            plain = TEN_THOUSAND in self.words.headers[key]
            return write_money(self.rng, values / 10000 if plain else values, self.faults, plain=plain)
        return self.text(key, kind, rows)

    def text(self, key: str, kind: str, rows: pl.DataFrame) -> pl.Series:
        """文字类字段:地名、地址、是否、代码、数。"""
        hand, values = self.dialect.hand, rows[key]
        if kind == "place_code" and hand.place_words and self.source != "hukou":
            names = self.county.places.select(pl.concat_str("township", "village_name").alias("words"))["words"]
            return values.replace_strict(self.county.places["village_code"], names)
        if kind == "village_name" and not hand.place_words:
            return rows["township"] + values
        if kind == "address":
            return break_lines(self.rng, values, self.faults.line_break)
        if kind == "yes_no":
            values = pl.Series(["否", "是"]).gather(values.cast(pl.Int64))
        elif values.dtype != pl.String:
            return write_numbers(values)
        return write_words(values, hand.words.get(key, {}))


def render(county: County, dialect: Dialect, source: str, rows: pl.DataFrame) -> Sheet:
    """把一个来源的规范表写成文字:打乱行序,重复个别行。户籍不加差错。"""
    words, layout = source_words(source, dialect), dialect.layout_of(source)
    faults = CLEAN if source == "hukou" else dialect.faults
    rng = county.rng(f"render-{dialect.name}-{source}")
    rows = rows[rng.permutation(rows.height)]
    pen = Pen(rng, county, dialect, source, words, faults)
    body = pl.DataFrame([pen.column(key, rows).alias(words.headers[key]) for key in words.types])
    body = add_extras(rng, county, body, layout)
    native = native_cells(pen, rows, body) if layout.native else pl.DataFrame()
    again = with_repeats(rng, rows.height, faults.duplicate_rows)
    return Sheet(
        title=words.title,
        body=body[again].select(column_order(rng, body.columns, layout)),
        native=native[again] if layout.native else native,
        totals={
            words.headers[key]: float(rows[key].sum() or 0.0) for key, kind in words.types.items() if kind == "money"
        },
        pid=rows["pid"].gather(again),
    )


def with_repeats(rng: np.random.Generator, height: int, share: float) -> Ints:
    """行的取法:一小部分行出现两次,复本落在后面不远处。"""
    again = np.flatnonzero(rng.random(height) < share)
    place = np.concatenate([np.arange(height), again + rng.integers(0, 40, len(again)) + 0.5])
    return np.concatenate([np.arange(height), again])[np.argsort(place, kind="stable")]


def spouse_ids(county: County, pid: pl.Series) -> pl.Series:
    """各行当事人配偶的号码;没有配偶为空。"""
    spouse = county.persons["spouse"].gather(pid)
    found = county.persons["id"].gather(spouse.clip(0, None))
    return found.zip_with(spouse >= 0, pl.repeat(None, len(pid), dtype=pl.String, eager=True))


def add_extras(rng: np.random.Generator, county: County, body: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """加上谁也不认识的列。"""
    remark = pick(rng, ("已核", "需补材料", "见附件"), body.height)
    blank = pl.repeat(None, body.height, dtype=pl.String, eager=True)
    columns = {
        "备注": remark.zip_with(pl.Series(rng.random(body.height) < 0.03), blank),
        "数据归集时间": pl.repeat(f"{county.as_of.isoformat()} 02:30:00", body.height, eager=True),
    }
    return body.with_columns(columns[name].alias(name) for name in layout.extras)


def column_order(rng: np.random.Generator, columns: list[str], layout: Layout) -> list[str]:
    """列序。"""
    if layout.order == "reversed":
        return columns[::-1]
    if layout.order == "shuffled":
        return [columns[place] for place in rng.permutation(len(columns))]
    return columns


def native_cells(pen: Pen, rows: pl.DataFrame, body: pl.DataFrame) -> pl.DataFrame:
    """XLSX 里写成真正数值、日期的单元格:多数金额与日期,以及被吃成数的身份证号(后三位成 0)。其余为空,照 body 写。"""
    cells = {}
    for key, kind in pen.words.types.items():
        header = pen.words.headers[key]
        mostly = pl.Series(pen.rng.random(rows.height) < 0.85)
        if kind == "date" or (kind in ("money", "number") and TEN_THOUSAND not in header):
            blank = pl.repeat(None, rows.height, dtype=rows[key].dtype, eager=True)
            cells[header] = rows[key].zip_with(mostly, blank)
        elif kind == "id_number":
            eaten = pen.county.persons["id"].gather(rows["pid"]).str.slice(0, 15).cast(pl.Float64) * 1000
            blank = pl.repeat(None, rows.height, dtype=pl.Float64, eager=True)
            cells[header] = eaten.zip_with(body[header].str.contains("E+17", literal=True).fill_null(False), blank)
    return pl.DataFrame(cells)
