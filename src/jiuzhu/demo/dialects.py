"""方言:不同的县交来的文件各有各的写法。standard 如样本县;tabs、parts、harsh 各自刁难一面。"""

from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from jiuzhu.demo.county import Temper
from jiuzhu.demo.faults import Faults
from jiuzhu.demo.layouts import Layout
from jiuzhu.demo.writing import Hand
from jiuzhu.yamltext import yaml_of


@dataclass(frozen=True)
class SourceWords:
    """一个来源在某方言里的标题、文件名(不带后缀)、字段类型与表头。"""

    title: str
    stem: str
    types: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Dialect:
    """一种方言。layouts 里没有的来源用 layout。"""

    name: str
    about: str
    column: int  # headers.yaml 里的第几种用词
    hand: Hand
    faults: Faults
    layout: Layout
    layouts: dict[str, Layout] = field(default_factory=dict)
    temper: Temper = field(default_factory=Temper)
    debris: bool = False  # 文件夹里混有坏文件

    def layout_of(self, source: str) -> Layout:
        """某来源的版式。"""
        return self.layouts.get(source, self.layout)


@cache
def header_table() -> dict[str, Any]:
    """headers.yaml 的内容。"""
    text = resources.files("jiuzhu.demo").joinpath("headers.yaml").read_text(encoding="utf-8")
    return dict(yaml_of(text))


def source_words(source: str, dialect: Dialect) -> SourceWords:
    """某来源在某方言里的用词。"""
    entry = header_table()[source]
    return SourceWords(
        title=entry["title"],
        stem=entry["files"][dialect.column],
        types={key: words[0] for key, words in entry["fields"].items()},
        headers={key: words[1 + dialect.column] for key, words in entry["fields"].items()},
    )


SAMPLE_DATES = {"iso": 0.56, "compact": 0.20, "slash": 0.15, "chinese": 0.09}
SAMPLE_MONTHS = {"social_insurance": "compact", "dibao": "dotted", "living_expense": "iso"}
GBK = Layout(encoding="gb18030", newline="\r\n")
BOM = Layout(encoding="utf-8-sig", newline="\r\n")
SHEET = Layout(kind="xlsx", suffix=".xlsx", titles=2)

PRINTED_LIST = Layout(encoding="gb18030", newline="\r\n", total=True, footnote=True)

STANDARD = Dialect(
    name="standard",
    about="如样本县:GB18030、UTF-8、带 BOM 混用,四张带标题行的 XLSX;另有几个写坏的日期,特困名单带合计与落款",
    column=0,
    hand=Hand(dates=SAMPLE_DATES, months=SAMPLE_MONTHS, words={}),
    faults=Faults(date_bad=0.0003),
    layout=Layout(),
    layouts={
        **dict.fromkeys(
            (
                "hukou",
                "vehicle",
                "social_insurance",
                "fangfanpin",
                "medical_settlement",
                "disability",
            ),
            GBK,
        ),
        "tekun": PRINTED_LIST,
        **dict.fromkeys(("other_hardship", "business", "dibao_bianyuan"), BOM),
        **dict.fromkeys(("dibao", "gangxing_zhichu", "education", "real_estate"), SHEET),
    },
)

TABBED = Layout(
    encoding="utf-16",
    separator="\t",
    newline="\r\n",
    suffix=".txt",
    total=True,
    footnote=True,
    order="reversed",
    extras=("数据归集时间", "备注"),
)
TABS = Dialect(
    name="tabs",
    about="UTF-16 制表符文本,列序颠倒,多出未知列,表尾有合计与说明",
    column=1,
    hand=Hand(
        dates={"slash": 0.6, "iso": 0.2, "dotted": 0.2},
        months={"social_insurance": "chinese", "dibao": "compact", "living_expense": "slash"},
        words={
            "risk_removed": {"是": "1", "否": "0"},
            "aided": {"是": "Y", "否": "N"},
            "sex": {"男": "1", "女": "2"},
            "dibao_class": {"A": "A类", "B": "B类", "C": "C类"},
            "disability_level": {"一级": "1", "二级": "2", "三级": "3", "四级": "4"},
        },
    ),
    faults=Faults(money_symbol=0.01),
    layout=TABBED,
)

PRINTED = Layout(
    encoding="gb18030",
    newline="\r\n",
    titles=2,
    padded=True,
    parts=3,
    header_every=500,
    blank_every=730,
    footnote=True,
)
PARTS = Dialect(
    name="parts",
    about="一张表拆成几份,按打印页重复表头,夹空行,XLSX 有说明页、字典页或数据分两页,另有一份 Parquet",
    column=2,
    hand=Hand(
        dates={"iso": 0.5, "chinese": 0.2, "timestamp": 0.15, "serial": 0.15},
        months={"social_insurance": "iso", "dibao": "chinese", "living_expense": "first_day"},
        words={
            "relation": {"户主": "本人", "儿媳女婿": "子女配偶"},
            "risk_removed": {"是": "已消除", "否": "未消除"},
            "aided": {"是": "有", "否": "无"},
            "stage": {"高中": "普通高中", "大学": "高等教育"},
            "status": {"死亡注销": "死亡"},
        },
        place_words=True,
    ),
    faults=Faults(),
    layout=PRINTED,
    layouts={
        "hukou": Layout(encoding="utf-8", parts=4, blank_every=997, blank_empty=True),
        "living_expense": Layout(encoding="gb18030", newline="\r\n", parts=3),
        "dibao": Layout(kind="xlsx", suffix=".xlsx", titles=2, sheets="notes_first", native=True, header_every=40),
        "education": Layout(kind="xlsx", suffix=".xlsx", titles=1, sheets="split", native=True),
        "real_estate": Layout(
            kind="xlsx", suffix=".xlsx", sheets="dictionary_after", native=True, blank_every=200, total=True
        ),
        "housing_fund": Layout(kind="parquet", suffix=".parquet"),
        "gangxing_zhichu": Layout(kind="xlsx", suffix=".xlsx", titles=2, total=True, footnote=True),
    },
)

HARSH = Dialect(
    name="harsh",
    about="差错加倍:重名人家、连号双胞胎、搬村、夫妻号码互换、大量十五位号、占位值、不存在的日期、单元格换行、坏文件",
    column=3,
    hand=Hand(
        dates={
            "iso": 0.35,
            "compact": 0.2,
            "slash": 0.15,
            "chinese": 0.1,
            "dotted": 0.1,
            "serial": 0.05,
            "timestamp": 0.05,
        },
        months={"social_insurance": "dotted", "dibao": "chinese", "living_expense": "compact"},
        words={
            "relation": {"户主": "本人或户主", "父母": "父亲或母亲", "孙子女": "孙子、孙女或外孙子、外孙女"},
            "risk_removed": {"是": "√", "否": "×"},
            "aided": {"是": "是", "否": ""},
            "sex": {"男": "男性", "女": "女性"},
            "disability_level": {"一级": "壹级", "二级": "贰级", "三级": "叁级", "四级": "肆级"},
        },
    ),
    faults=Faults(
        id_fifteen=0.03,
        id_spouse=0.004,
        kin_share=1.0,
        money_symbol=0.01,
        money_wan=0.02,
        money_blank_word=0.004,
        date_bad=0.004,
        line_break=0.01,
    ).scaled(2.0),
    layout=Layout(encoding="gb18030", newline="\r\n", separator=",", titles=1, extras=("备注",), order="shuffled"),
    layouts={
        "hukou": Layout(encoding="utf-8-sig", newline="\r\n", order="shuffled"),
        "financial_asset": Layout(encoding="utf-8", separator=";", order="shuffled"),
        "vehicle": Layout(encoding="utf-16", separator="|", suffix=".txt", order="shuffled"),
        "dibao": Layout(kind="xlsx", suffix=".xlsx", titles=2, total=True, footnote=True, extras=("备注",)),
        "tekun": Layout(kind="xlsx", suffix=".xlsx", titles=1, native=True),
    },
    temper=Temper(twins=0.08, same_names=0.03, moved=0.03, dead_kept=0.6, several_lists=0.012),
    debris=True,
)

DIALECTS: dict[str, Dialect] = {d.name: d for d in (STANDARD, TABS, PARTS, HARSH)}
