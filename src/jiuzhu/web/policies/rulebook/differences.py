"""两版之间改了什么：逐条写成办事的人读得懂的话。"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from . import content
from .checking import value_text, words_of

Files = Mapping[str, str]
ADDED, REMOVED, CHANGED = "新增", "删去", "修改"
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


@dataclass(frozen=True)
class Line:
    """一处：原来怎么写，现在怎么写；没有则为空文本。"""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """一项的改动。``part`` 是指标、参数、区间……"""

    part: str
    kind: str
    code: str
    title: str
    lines: tuple[Line, ...]

    @property
    def mark(self) -> str:
        """显示用的样式名。"""
        return {ADDED: "added", REMOVED: "removed"}.get(self.kind, "changed")


def differences(before: Files, after: Files) -> list[Difference]:
    """``before`` 是施行的（或从它改起的），``after`` 是草稿。"""
    told = (words_of(before), words_of(after))
    return [
        *_indicators(before, after, told),
        *_parameters(before, after),
        *_bands(before, after),
        *_indices(before, after),
        *_limits(before, after, told),
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
            yield Difference(part, _kind(one, two), code, str((two or one or {}).get("name", "")), lines)


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
            yield Difference("参数", _kind(one, two), "", name, tuple(lines))


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
            yield Difference("区间", _kind(one, two), "", f"{(two or one or {}).get('title', '')}色", lines)


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
            yield Difference("指数", _kind(one, two), "", title, lines)


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
            yield Difference("用例", _kind(one, two), "", name, lines)


def case_words(values: Mapping[str, Any] | None) -> dict[str, str]:
    """一个用例写成几句话。"""
    if values is None:
        return {}
    members = "；".join(
        f"第{n}人 {_facts(member) or '同底子'}" for n, member in enumerate(values.get("members", []), 1)
    )
    day = values.get("day")
    return {
        "哪一天": f"{day.year}年{day.month}月{day.day}日" if isinstance(day, date) else "",
        "这一户": _facts(values.get("household", {})),
        "成员": members,
        "应有的结论": "；".join(_expected(values.get("expect", {}))),
    }


def _expected(expect: Mapping[str, Any]) -> Iterator[str]:
    for word in ("成立", "不成立", "无法判断"):
        if expect.get(word):
            yield f"{word} {'、'.join(str(code) for code in expect[word])}"
    if "band" in expect:
        yield f"区间 {expect['band']}"
    if "score" in expect:
        yield f"得分 {expect['score']:g}"
    for code, word in (expect.get("findings") or {}).items():
        yield f"发现 {code} {word}"


def _facts(values: Mapping[str, Any]) -> str:
    return "，".join(f"{name} {fact_text(value)}" for name, value in values.items())


def fact_text(value: Any) -> str:
    """用例里的一个值：是、否、未知、数。"""
    if value is None:
        return "未知"
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"{value:.12g}" if isinstance(value, int | float) else str(value)


def _others(before: Files, after: Files) -> Iterator[Difference]:
    """别的文件（收入核算、问卷等）：只说改了，内容在各自的页上看。"""
    shown = {content.PARAMETERS, content.BANDS, content.FINDINGS, content.HEAD, content.CASES}
    shown |= set(content.CATEGORY_FILES.values())
    for name in sorted({*before, *after} - shown):
        if before.get(name) != after.get(name):
            lines = (Line("行数", _lines(before.get(name)), _lines(after.get(name))),)
            yield Difference("其他文件", _kind(before.get(name), after.get(name)), "", name, lines)


def _lines(text: str | None) -> str:
    return "" if text is None else f"{len(text.splitlines())} 行"


def _kind(before: object, after: object) -> str:
    return ADDED if before is None else REMOVED if after is None else CHANGED
