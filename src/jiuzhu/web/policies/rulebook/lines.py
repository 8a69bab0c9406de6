"""对照用的行：一项的改动、一处原来怎么写现在怎么写，和用例写成的话。"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

ADDED, REMOVED, CHANGED = "新增", "删去", "修改"


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


def kind_of(before: object, after: object) -> str:
    """新增、删去还是修改。"""
    return ADDED if before is None else REMOVED if after is None else CHANGED


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
