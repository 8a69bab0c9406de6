"""两版之间改了什么：逐条写成办事的人读得懂的话。"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from . import content, programmes
from .checking import value_text, words_of
from .lines import Difference, Line, case_words, fact_text, kind_of
from .programme_differences import expected_words, programme_differences

__all__ = ["Difference", "case_words", "differences", "expected_words", "fact_text", "programme_differences"]

Files = Mapping[str, str]
LABELS = {
    "name": "名称",
    "level": "层级",
    "per": "计分",
    "when": "条件",
    "points": "分值",
    "departments": "应知部门",
    "basis": "依据",
    "finding": "种类",
    "unit": "单位",
    "formula": "公式",
    "low": "下限",
    "high": "上限",
    "meaning": "含义",
    "title": "名称",
    "category": "类别",
}


def differences(before: Files, after: Files) -> list[Difference]:
    """``before`` 是施行的（或从它改起的），``after`` 是草稿。"""
    told = (words_of(before), words_of(after))
    return [
        *_indicators(before, after, told),
        *_parameters(before, after),
        *_bands(before, after),
        *_indices(before, after),
        *_limits(before, after, told),
        *programme_differences(before, after),
        *_cases(before, after),
        *_others(before, after),
    ]


def _indicators(before: Files, after: Files, told: Any) -> Iterator[Difference]:
    old = {row.code: {**row.values, "category": row.category} for row in content.indicators(before)}
    new = {row.code: {**row.values, "category": row.category} for row in content.indicators(after)}
    keys = ("category", "name", "level", "per", "when", "points", "departments", "basis")
    yield from _listed("指标", old, new, keys, told)


def _limits(before: Files, after: Files, told: Any) -> Iterator[Difference]:
    old = {row.code: dict(row.values) for row in content.limits(before)}
    new = {row.code: dict(row.values) for row in content.limits(after)}
    yield from _listed("数据发现", old, new, ("name", "finding", "when", "basis"), told)


def _listed(
    part: str, old: dict[str, dict[str, Any]], new: dict[str, dict[str, Any]], keys: tuple[str, ...], told: Any
) -> Iterator[Difference]:
    for code in [*old, *(code for code in new if code not in old)]:
        one, two = old.get(code), new.get(code)
        first = _written(one, told[0])
        second = _written(two, told[1])
        lines = tuple(
            Line(LABELS[key], first.get(key, ""), second.get(key, ""))
            for key in keys
            if first.get(key, "") != second.get(key, "")
        )
        if lines:
            yield Difference(part, kind_of(one, two), code, str((two or one or {}).get("name", "")), lines)


def _written(values: dict[str, Any] | None, told: Any) -> dict[str, str]:
    """一项的各处写成文字；条件写成一句话。"""
    if values is None:
        return {}
    found = {key: "" if value is None else str(value) for key, value in values.items()}
    if "when" in values:
        found["when"] = told(str(values["when"]), str(values.get("level", "户")))
    if "departments" in values:
        found["departments"] = "、".join(str(name) for name in values["departments"])
    if "points" in values:
        found["points"] = f"{values['points']:+g} 分"
    if values.get("level") == "户":
        found["per"] = "每名成员都计" if values.get("per", "人") == "人" else "一户计一次"
    return found


def _parameters(before: Files, after: Files) -> Iterator[Difference]:
    old, new = content.parameters(before), content.parameters(after)
    for name in [*old, *(name for name in new if name not in old)]:
        one, two = old.get(name), new.get(name)
        lines = [
            Line(LABELS[key], str((one or {}).get(key, "")), str((two or {}).get(key, "")))
            for key in ("unit", "basis")
            if str((one or {}).get(key, "")) != str((two or {}).get(key, ""))
        ]
        first, second = _dated(one), _dated(two)
        lines += [
            Line(f"{day.year}年{day.month}月{day.day}日起", first.get(day, ""), second.get(day, ""))
            for day in sorted({*first, *second})
            if first.get(day) != second.get(day)
        ]
        if lines:
            yield Difference("参数", kind_of(one, two), "", name, tuple(lines))


def _dated(item: Mapping[str, Any] | None) -> dict[date, str]:
    if item is None:
        return {}
    return {day: value_text(value, str(item.get("unit", ""))) for day, value in (item.get("values") or {}).items()}


def _bands(before: Files, after: Files) -> Iterator[Difference]:
    old, new = ({str(row["band"]): row for row in content.bands(files)} for files in (before, after))
    for band in content.BAND_ORDER:
        one, two = old.get(band), new.get(band)
        lines = tuple(
            Line(LABELS[key], _cell(one, key), _cell(two, key))
            for key in ("low", "high", "meaning")
            if _cell(one, key) != _cell(two, key)
        )
        if lines:
            yield Difference("区间", kind_of(one, two), "", f"{(two or one or {}).get('title', '')}色", lines)


def _cell(row: Mapping[str, Any] | None, key: str) -> str:
    value = (row or {}).get(key)
    return "" if value is None else f"{value:g} 分" if isinstance(value, int | float) else str(value)


def _indices(before: Files, after: Files) -> Iterator[Difference]:
    old, new = content.indices(before), content.indices(after)
    for title in [*old, *(title for title in new if title not in old)]:
        one, two = old.get(title), new.get(title)
        lines = tuple(
            Line(LABELS[key], _spaced(one, key), _spaced(two, key))
            for key in ("formula", "basis")
            if _spaced(one, key) != _spaced(two, key)
        )
        if lines:
            yield Difference("指数", kind_of(one, two), "", title, lines)


def _spaced(row: Mapping[str, Any] | None, key: str) -> str:
    return " ".join(str((row or {}).get(key, "")).split())


def _cases(before: Files, after: Files) -> Iterator[Difference]:
    old = {str(row.values["name"]): row.values for row in content.cases(before)}
    new = {str(row.values["name"]): row.values for row in content.cases(after)}
    for name in [*old, *(name for name in new if name not in old)]:
        one, two = old.get(name), new.get(name)
        first, second = case_words(one), case_words(two)
        lines = tuple(
            Line(label, first.get(label, ""), second.get(label, ""))
            for label in ("哪一天", "这一户", "成员", "应有的结论")
            if first.get(label, "") != second.get(label, "")
        )
        if lines:
            yield Difference("用例", kind_of(one, two), "", name, lines)


def _others(before: Files, after: Files) -> Iterator[Difference]:
    """别的文件（收入核算、问卷等）：只说改了，内容在各自的页上看。"""
    shown = {content.PARAMETERS, content.BANDS, content.FINDINGS, content.HEAD, content.CASES}
    shown |= set(content.CATEGORY_FILES.values())
    for name in sorted({*before, *after} - shown):
        if name.startswith((programmes.FOLDER, programmes.CASES)) and name != programmes.BASE:
            continue
        if before.get(name) != after.get(name):
            lines = (Line("行数", _lines(before.get(name)), _lines(after.get(name))),)
            yield Difference("其他文件", kind_of(before.get(name), after.get(name)), "", name, lines)


def _lines(text: str | None) -> str:
    return "" if text is None else f"{len(text.splitlines())} 行"
