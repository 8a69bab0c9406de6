"""查错：一句规则写得对不对，整部手册有没有错，用例成不成立。查过的按摘要留着。"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from jiuzhu.engine.assessment.cases import CaseResult, run_cases
from jiuzhu.engine.assessment.documents import RulebookError
from jiuzhu.engine.assessment.programme_reader import LEVELS as PROGRAMME_LEVELS
from jiuzhu.engine.assessment.programme_reader import TYPES
from jiuzhu.engine.assessment.rulebook import Rulebook, load_rulebook, rule_symbols
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.errors import EngineError
from jiuzhu.engine.facts import DICTIONARY
from jiuzhu.engine.parameters import Parameter, PlacedValue
from jiuzhu.engine.rules import FUNCTIONS, RuleError, RuleErrors, Symbol, Symbols, format_value, parse, sentence
from jiuzhu.engine.rules.suggest import nearest
from jiuzhu.web.policies.places import township_name

from . import content, programmes
from .folders import digest_of, folder_of
from .yaml_text import read

KINDS = {"number": "数", "bool": "是否", "text": "文字", "date": "日期"}
LEVELS = {"户": "household", "人": "person"}
Expect = Literal["bool", "number"]
SHOWN = 12


@dataclass(frozen=True)
class Checked:
    """一部手册查过的结果。``book`` 为空时 ``problems`` 说明为什么。"""

    book: Rulebook | None
    problems: tuple[str, ...]
    cases: tuple[CaseResult, ...]

    @property
    def failed(self) -> int:
        """不成立的用例数。"""
        return sum(bool(case.failures) for case in self.cases)

    @property
    def ready(self) -> bool:
        """没有错、用例都成立，可以提交。"""
        return self.book is not None and not self.problems and not self.failed


@dataclass(frozen=True)
class Mistake:
    """规则里的一处错误：``before``、``wrong``、``after`` 是出错那一行的前、中、后。"""

    where: str
    reason: str
    before: str
    wrong: str
    after: str
    suggestions: tuple[str, ...]


@dataclass(frozen=True)
class UsedName:
    """规则用到的一个事实或参数。"""

    name: str
    level: str
    kind: str
    unit: str
    meaning: str
    sources: str
    window: str = ""


@dataclass(frozen=True)
class RuleCheck:
    """一句规则查过的结果：错在哪里；没错时写成一句话、用到哪些事实。"""

    mistakes: tuple[Mistake, ...] = ()
    sentence: str = ""
    names: tuple[UsedName, ...] = ()


def checked(files: Mapping[str, str]) -> Checked:
    """整部手册：规则、单位、名称，再跑用例。"""
    return _checked(digest_of(files), _Files(files))


def book_of(files: Mapping[str, str]) -> Rulebook:
    """查过的手册；有错抛 ``RulebookError``。"""
    found = checked(files)
    if found.book is None:
        raise RulebookError("手册有错，不能用来试算：\n" + "\n".join(found.problems), list(found.problems))
    return found.book


def check_rule(
    files: Mapping[str, str], text: str, *, expect: Expect = "bool", level: str = "户", programme: str | None = None
) -> RuleCheck:
    """一句规则；``level`` 为“户”时不能用个人的事实。``programme``：是哪个项目的，还能用要问的事和前面项目的结论。"""
    symbols = symbols_of(files) if programme is None else programme_symbols(files, programme)
    try:
        rule = parse(text, symbols, expect=expect, level=LEVELS[level])  # type: ignore[arg-type]
    except RuleErrors as error:
        return RuleCheck(tuple(_mistake(text, one) for one in error.errors[:SHOWN]))
    except RuleError as error:
        return RuleCheck((_mistake(text, error),))
    known = {**content.parameters(files), **(asked(files) if programme is not None else {})}
    return RuleCheck((), sentence(rule), tuple(used_name(name, known) for name in rule.names))


def programme_cases(files: Mapping[str, str], code: str) -> tuple[CaseResult, ...]:
    """一个项目的用例跑出来怎样，次序同文件里的；整部手册有错时为空。"""
    name = programmes.cases_file(files, code)
    return tuple(case for case in checked(files).cases if case.file == name)


def words_of(files: Mapping[str, str], *, programme: str | None = None) -> Callable[[str, str, Expect], str]:
    """把规则写成读得顺的一句话；写错的规则原样给出。``programme`` 同 ``check_rule``，空文字为最后一个之后。"""
    symbols = symbols_of(files) if programme is None else programme_symbols(files, programme)

    def told(text: str, level: str = "户", expect: Expect = "bool") -> str:
        try:
            return sentence(parse(text, symbols, expect=expect, level=LEVELS[level]))  # type: ignore[arg-type]
        except RuleError:
            return text

    return told


def uses(files: Mapping[str, str]) -> dict[str, list[str]]:
    """参数 → 用到它的规则的代码；政策里用到的写“政策”。"""
    symbols, found = symbols_of(files), dict[str, list[str]]()
    for code, _, text in content.rules(files):
        try:
            names = parse(text, symbols).names
        except RuleError:
            continue
        for name in names:
            found.setdefault(name, []).append(code)
    elsewhere = "".join(text for path, text in files.items() if path.startswith("programmes/"))
    for name in content.parameters(files):
        if name in elsewhere:
            found.setdefault(name, []).append("政策")
    return found


def symbols_of(files: Mapping[str, str]) -> Symbols:
    """这一版里规则能用的名称；写错的参数不算。"""
    return rule_symbols(DICTIONARY, _parameters(files))


def programme_symbols(files: Mapping[str, str], code: str) -> Symbols:
    """一个项目的规则能用的名称：另有要问本人的事、排在前面的项目的结论。"""
    found = dict(symbols_of(files))
    for name, item in (read(files["questions.yaml"]) or {}).items() if "questions.yaml" in files else ():
        level, kind = PROGRAMME_LEVELS.get(str(item.get("level"))), TYPES.get(str(item.get("type")))
        if level and kind:
            options = tuple(str(option) for option in item.get("options") or ())
            found[str(name)] = Symbol(str(name), kind, str(item.get("unit", "")), level, options)
    for other in programmes.programmes(files):
        if other.code == code:
            break
        if name := str(other.values.get("exposes", "")):
            found[name] = Symbol(name, "bool", "", PROGRAMME_LEVELS.get(str(other.values.get("unit")), "household"))
    return found


def asked(files: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
    """要问的事、项目的结论：名称 → level、kind、meaning、source。"""
    found: dict[str, Mapping[str, Any]] = {}
    for name, item in (read(files["questions.yaml"]) or {}).items() if "questions.yaml" in files else ():
        told = {"level": str(item.get("level")), "kind": str(item.get("type")), "unit": str(item.get("unit", ""))}
        found[str(name)] = {**told, "meaning": str(item.get("ask", "")), "source": "问本人"}
    for other in programmes.programmes(files):
        if name := str(other.values.get("exposes", "")):
            level = str(other.values.get("unit"))
            found[name] = {"level": level, "kind": "是否", "meaning": f"“{other.title}”的结论", "source": "规则手册"}
    return found


def all_names(files: Mapping[str, str], *, programme: bool = False) -> list[dict[str, str]]:
    """可用的名称：事实、参数、函数，给补全用；``programme`` 时另有要问的事和项目的结论。"""
    known = {**content.parameters(files), **(asked(files) if programme else {})}
    rows = [used_name(name, known) for name in (*DICTIONARY.facts, *known)]
    found = [
        {"name": row.name, "level": row.level, "kind": row.kind, "unit": row.unit, "meaning": row.meaning}
        for row in rows
    ]
    functions = [
        {"name": item.name, "level": "函数", "kind": item.usage, "unit": "", "meaning": item.meaning}
        for item in FUNCTIONS.values()
    ]
    return [*found, *functions]


def used_name(name: str, parameters: Mapping[str, Mapping[str, Any]]) -> UsedName:
    """一个事实或参数：含义、单位、来源。"""
    fact = DICTIONARY.facts.get(name)
    if fact is not None:
        sources = "、".join(_source_titles()[key] for key in DICTIONARY.sources_of(name))
        level = "个人" if fact.level == "person" else "家庭"
        return UsedName(name, level, KINDS[fact.kind], fact.unit, fact.meaning, sources, fact.window)
    item = parameters.get(name, {})
    if "source" in item:
        level = "个人" if item["level"] == "人" else "家庭"
        return UsedName(name, level, item["kind"], item.get("unit", ""), item["meaning"], item["source"])
    unit, values = str(item.get("unit", "")), item.get("values") or {}
    latest = values[max(values)] if values else None
    return UsedName(name, "参数", "数", unit, value_text(latest, unit) if latest is not None else "", "规则手册")


def nearest_names(name: str, level: str) -> list[str]:
    """可能想写的“家庭”或“个人”事实。"""
    wanted = {"家庭": "household", "个人": "person"}[level]
    return nearest(name, [fact.name for fact in DICTIONARY.facts.values() if fact.level == wanted])


def value_text(value: Any, unit: str) -> str:
    """参数的一个取值：``城 780.00 元/月，乡 640.00 元/月，麦岭镇 700.00 元/月``。"""
    both = content.placed(value)
    parts = [format_value(both["城"], unit)]
    if both["城"] != both["乡"]:
        parts = [f"{name} {format_value(both[name], unit)}" for name in ("城", "乡")]
    own = (f"{township_name(code)} {format_value(number, unit)}" for code, number in content.townships(value).items())
    return "，".join([*parts, *own])


@lru_cache(maxsize=1)
def _source_titles() -> dict[str, str]:
    return {key: source.title for key, source in load_catalog().sources.items()}


class _Files(dict[str, str]):
    """可作缓存的参数：相同与否看摘要。"""

    def __hash__(self) -> int:  # type: ignore[override]
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Files)


@lru_cache(maxsize=32)
def _checked(digest: str, files: _Files) -> Checked:
    with folder_of(files) as folder:
        try:
            book = load_rulebook(str(folder))
        except RulebookError as error:
            return Checked(None, tuple(error.problems), ())
        except EngineError as error:
            return Checked(None, (error.message,), ())
        if problems := tuple(_order_problems(book)):
            return Checked(None, problems, ())
        try:
            return Checked(book, (), tuple(run_cases(book)))
        except KeyError as error:
            return Checked(None, (f"用例里写了手册没有的发现代码 {error.args[0]}。",), ())
        except EngineError as error:
            return Checked(None, (f"用例跑不了：{error.message}",), ())


def _order_problems(book: Rulebook) -> list[str]:
    lows = [band.low for band in sorted(book.bands, key=lambda item: content.BAND_ORDER.index(item.band))]
    if len(lows) != len(content.BAND_ORDER):
        return ["区间应有红、橙、黄、蓝四级。"]
    return [] if lows == sorted(lows, reverse=True) and len(set(lows)) == len(lows) else ["四级区间的下限要由高到低。"]


def _parameters(files: Mapping[str, str]) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for name, item in content.parameters(files).items():
        values = {
            day: PlacedValue(both["城"], both["乡"])
            for day, value in (item.get("values") or {}).items()
            if (both := content.placed(value))
        }
        found[name] = Parameter(name, str(item.get("unit", "")), str(item.get("basis", "")), values)
    return found


def _mistake(text: str, error: RuleError) -> Mistake:
    place = error.place
    line_start = text.rfind("\n", 0, place.start) + 1
    line_end = text.find("\n", place.start)
    line_end = len(text) if line_end < 0 else line_end
    end = min(place.end, line_end)
    return Mistake(
        where=error.where,
        reason=error.reason,
        before=text[line_start : place.start],
        wrong=text[place.start : end] or "（此处）",
        after=text[end:line_end],
        suggestions=error.suggestions,
    )
