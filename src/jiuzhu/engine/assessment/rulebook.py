"""规则手册:一个文件夹的 YAML → 查过的规则、参数、区间、指数与发现。

已发布的手册不改;``digest`` 是全部文件的 SM3 摘要,结论凭它可以重放。
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Literal

from jiuzhu.engine.assessment.documents import Document, RulebookError, documents_in
from jiuzhu.engine.assessment.programme_reader import read_programmes
from jiuzhu.engine.assessment.programmes import ProgrammeBook
from jiuzhu.engine.facts import CATEGORIES, DICTIONARY, Dictionary
from jiuzhu.engine.parameters import RURAL, URBAN, Parameter, PlacedValue
from jiuzhu.engine.rules import Rule, RuleError, Symbol, Symbols, parse, symbols_of

LEVELS: Mapping[str, Literal["person", "household"]] = {"人": "person", "户": "household"}
CATEGORY_FILES = dict(
    zip(
        (
            "1_population.yaml",
            "2_income_property.yaml",
            "3_medical.yaml",
            "4_education.yaml",
            "5_employment.yaml",
            "6_housing.yaml",
            "7_bianyuan.yaml",
            "8_rigid_spending.yaml",
        ),
        CATEGORIES,
        strict=True,
    )
)
BANDS = ("red", "orange", "yellow", "blue")
FINDINGS = (
    "deceased_receiving",
    "paid_twice",
    "several_lists",
    "property_over_limit",
    "income_over_limit",
    "entitled_unaided",
)


@dataclass(frozen=True)
class Indicator:
    """一项指标。``per``:户级指标按“人”(每名成员各计一次)或按“户”计;人级指标总是按人。"""

    code: str
    name: str
    category: str
    level: Literal["person", "household"]
    rule: Rule
    points: float
    per: Literal["person", "household"]
    departments: tuple[str, ...]
    basis: str


@dataclass(frozen=True)
class Band:
    """一个预警区间:``low`` ≤ 户人均得分 < ``high``(``None`` 不封顶)。"""

    band: str
    title: str
    low: float
    high: float | None
    meaning: str

    def holds(self, score: float) -> bool:
        return score >= self.low and (self.high is None or score < self.high)


@dataclass(frozen=True)
class Index:
    """一个指数公式,如贫困指数。"""

    key: str
    title: str
    rule: Rule
    basis: str


@dataclass(frozen=True)
class Limit:
    """由规则发现的问题:超标、符合条件未救助。"""

    code: str
    finding: str
    name: str
    rule: Rule
    basis: str


@dataclass(frozen=True)
class Receiving:
    """在哪个来源、哪一列等于什么,就是正在领取。"""

    source: str
    column: str | None
    value: str | None


@dataclass(frozen=True)
class FindingRules:
    """数据发现的口径。"""

    titles: Mapping[str, str]
    departments: Mapping[str, tuple[str, ...]]
    exclusive_lists: tuple[str, ...]
    paid_lists: tuple[str, ...]
    receiving: tuple[Receiving, ...]
    limits: tuple[Limit, ...]


@dataclass(frozen=True)
class Rulebook:
    """一部查过的规则手册。"""

    name: str
    title: str
    version: str
    in_force: date
    digest: str
    folder: Path
    parameters: Mapping[str, Parameter]
    indicators: tuple[Indicator, ...]
    bands: tuple[Band, ...]
    indices: tuple[Index, ...]
    findings: FindingRules
    basis: tuple[str, ...] = field(default=())
    programmes: ProgrammeBook = field(default_factory=ProgrammeBook)

    def indicator(self, code: str) -> Indicator:
        return next(item for item in self.indicators if item.code == code)

    def band_of(self, score: float) -> Band | None:
        return next((band for band in self.bands if band.holds(score)), None)


def rulebook_folder(name: str) -> Path:
    """随程序发布的规则手册,或一个文件夹的路径。"""
    path = Path(name)
    if path.is_dir():
        return path
    shipped = Path(str(files("jiuzhu") / "rulebooks" / name))
    if not (shipped / "rulebook.yaml").is_file():
        raise RulebookError(f"没有名为“{name}”的规则手册；请给出手册名（如 default）或手册文件夹的路径。")
    return shipped


def load_rulebook(name: str = "default", dictionary: Dictionary = DICTIONARY) -> Rulebook:
    """读入并查错;有错时把全部错误一次说清(``RulebookError.problems``)。"""
    folder = rulebook_folder(name)
    problems: list[str] = []
    read = _Reader(folder, dictionary, problems)
    book = read.rulebook()
    if problems:
        raise RulebookError(f"规则手册“{folder.name}”有 {len(problems)} 处错误:\n" + "\n".join(problems), problems)
    return book


def digest_of(folder: Path) -> str:
    """全部 YAML 文件(相对路径与内容)的 SM3 摘要,十六进制。"""
    total = hashlib.new("sm3")
    for path in sorted(folder.rglob("*.yaml")):
        total.update(path.relative_to(folder).as_posix().encode())
        total.update(b"\0")
        total.update(path.read_bytes())
        total.update(b"\0")
    return total.hexdigest()


class _Reader:
    """边读边收集错误,尽量一次找全。"""

    def __init__(self, folder: Path, dictionary: Dictionary, problems: list[str]) -> None:
        self.folder = folder
        self.problems = problems
        self.documents = documents_in(folder, problems)
        self.parameters = self._parameters(self.documents["parameters.yaml"])
        self.symbols = rule_symbols(dictionary, self.parameters)

    def rulebook(self) -> Rulebook:
        head = self.documents["rulebook.yaml"]
        bands = self.documents["bands.yaml"]
        return Rulebook(
            name=head.text("name"),
            title=head.text("title"),
            version=head.text("version"),
            in_force=head.day("in_force"),
            digest=digest_of(self.folder),
            folder=self.folder,
            parameters=self.parameters,
            indicators=self._indicators(),
            bands=tuple(self._band(item) for item in bands.items("bands")),
            indices=tuple(self._index(title, item) for title, item in bands.mapping("indices")),
            findings=self._findings(self.documents["findings.yaml"]),
            basis=head.texts("basis"),
            programmes=read_programmes(self.documents, self.symbols, self.problems),
        )

    def _parameters(self, document: Document) -> dict[str, Parameter]:
        return {
            name: Parameter(name, item.text("unit"), item.text("basis"), _dated(item))
            for name, item in document.mapping()
        }

    def _indicators(self) -> tuple[Indicator, ...]:
        found: dict[str, Indicator] = {}
        for name in sorted(name for name in self.documents if name.startswith("indicators/")):
            category = CATEGORY_FILES.get(name.removeprefix("indicators/"))
            if category is None:
                self.problems.append(f"{name}：不知道是哪一类指标；文件名应为 {'、'.join(CATEGORY_FILES)} 之一")
                continue
            for item in self.documents[name].items():
                indicator = self._indicator(item, category)
                if indicator is None:
                    continue
                if indicator.code in found:
                    self.problems.append(f"{item.where}：指标代码 {indicator.code} 重复")
                found[indicator.code] = indicator
        return tuple(found.values())

    def _indicator(self, item: Document, category: str) -> Indicator | None:
        level, per = LEVELS.get(item.text("level")), LEVELS.get(item.text("per", "人"))
        if level is None or per is None:
            self.problems.append(f"{item.where}：{'level' if level is None else 'per'} 应为“人”或“户”")
            return None
        rule = self._rule(item, item.text("when"), "bool", level)
        if rule is None:
            return None
        return Indicator(
            code=item.text("code"),
            name=item.text("name"),
            category=category,
            level=level,
            rule=rule,
            points=item.number("points"),
            per="person" if level == "person" else per,
            departments=item.texts("departments"),
            basis=item.text("basis"),
        )

    def _rule(
        self, item: Document, text: str, expect: Literal["bool", "number"], level: Literal["person", "household"]
    ) -> Rule | None:
        try:
            return parse(text, self.symbols, expect=expect, level=level)
        except RuleError as error:
            self.problems.append(f"{item.where}：{error.message}")
            return None

    def _one_of(self, item: Document, key: str, allowed: Iterable[str]) -> str:
        """只能取几个固定代码之一的项。"""
        value = item.text(key)
        if value not in allowed:
            self.problems.append(f"{item.where}：{key} 是“{value}”，应为 {'、'.join(allowed)} 之一")
        return value

    def _band(self, item: Document) -> Band:
        return Band(
            self._one_of(item, "band", BANDS),
            item.text("title"),
            item.number("low"),
            item.optional_number("high"),
            item.text("meaning"),
        )

    def _index(self, title: str, item: Document) -> Index:
        rule = self._rule(item, item.text("formula"), "number", "household")
        return Index(item.text("key"), title, rule or parse("0", {}), item.text("basis"))

    def _findings(self, document: Document) -> FindingRules:
        limits = [
            Limit(
                item.text("code"), self._one_of(item, "finding", FINDINGS), item.text("name"), rule, item.text("basis")
            )
            for item in document.items("limits")
            if (rule := self._rule(item, item.text("when"), "bool", "household")) is not None
        ]
        titles = dict(document.mapping("findings"))
        if missing := [key for key in FINDINGS if key not in titles]:
            self.problems.append(f"findings.yaml findings：缺少 {'、'.join(missing)}")
        return FindingRules(
            titles={key: item.text("title") for key, item in titles.items()},
            departments={key: item.texts("departments") for key, item in titles.items()},
            exclusive_lists=document.texts("exclusive_lists"),
            paid_lists=document.texts("paid_lists"),
            receiving=tuple(
                Receiving(item.text("source"), item.text("column", "") or None, item.text("value", "") or None)
                for item in document.items("receiving")
            ),
            limits=tuple(limits),
        )


def rule_symbols(dictionary: Dictionary, parameters: Mapping[str, Parameter]) -> Symbols:
    """规则里可用的名称:全部事实与参数。"""
    facts = [Symbol(fact.name, fact.kind, fact.unit, fact.level) for fact in dictionary.facts.values()]
    values = [Symbol(item.name, "number", item.unit, "parameter") for item in parameters.values()]
    return symbols_of([*facts, *values])


def _dated(item: Document) -> dict[date, PlacedValue]:
    """生效日 → 取值;写法不对时说清哪个参数哪一行。"""
    values: dict[date, PlacedValue] = {}
    for day, value in item.raw("values").items():
        placed = dict(value) if isinstance(value, dict) else {URBAN: value, RURAL: value}
        both = [placed.pop(URBAN, None), placed.pop(RURAL, None)]
        numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in [*both, *placed.values()])
        if not isinstance(day, date) or not numbers or any(not re.fullmatch(r"\d{9}", str(key)) for key in placed):
            raise RulebookError(
                f"{item.where}：“{day}: {value}”应为“日期: 数”或“日期: {{城: 数, 乡: 数}}”，"
                "另定标准的乡镇再加“九位代码: 数”"
            )
        townships = {str(key): float(number) for key, number in placed.items()}
        values[day] = PlacedValue(float(both[0]), float(both[1]), townships)
    return values
