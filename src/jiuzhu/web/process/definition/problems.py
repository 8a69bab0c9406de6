"""读 YAML 时一边读一边记问题：哪个文件、哪一处、什么不对、可能想写什么。"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jiuzhu.web.ground.errors import ServiceError

from .model import Limit


class DefinitionError(ServiceError):
    """流程定义有错；``problems`` 是逐条的说明。"""

    code = "process_definition"

    def __init__(self, title: str, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{title}有 {len(self.problems)} 处错误：\n" + "\n".join(self.problems))


def near(name: str, known: Iterable[str]) -> str:
    """“；可能想写：甲、乙”；没有像的则列出全部可写的（不多时）。"""
    from jiuzhu.engine.rules.suggest import nearest  # noqa: PLC0415 规则库载入较慢，有错才用

    known = list(known)
    if found := nearest(name, known):
        return f"；可能想写：{'、'.join(found)}"
    return f"；可写：{'、'.join(known)}" if known and len(known) <= 20 else ""


class Part:
    """YAML 的一段，带着它的位置。取不到或写法不对时记下问题，给个无害的值，接着往下查。"""

    def __init__(self, content: Any, where: str, problems: list[str]) -> None:
        self.where = where
        self.problems = problems
        if not isinstance(content, Mapping):
            self.problem(f"应为“名称: 值”的形式，现在是“{content}”")
            content = {}
        self.content: Mapping[str, Any] = content

    def problem(self, text: str) -> None:
        """记一条问题。"""
        self.problems.append(f"{self.where}：{text}")

    def known(self, *keys: str) -> None:
        """只许有这些项。"""
        for key in self.content:
            if key not in keys:
                self.problem(f"不认识的项“{key}”{near(str(key), keys)}")

    def text(self, key: str, default: str | None = None) -> str:
        """文字；没有默认值的项必须写。"""
        value = self.content.get(key, default)
        if value is None or isinstance(value, list | Mapping):
            self.problem(f"缺少“{key}”" if value is None else f"“{key}”应为一段文字")
            return ""
        return str(value).strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """一个或几个文字。"""
        value = self.content.get(key, [])
        return tuple(str(item) for item in (value if isinstance(value, list) else [value]))

    def one_of(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        """只能取几个代码之一；默认值可以不在其中（表示没写）。"""
        value = self.text(key, default)
        allowed = list(allowed)
        if value and value != default and value not in allowed:
            self.problem(f"“{key}”没有“{value}”{near(value, allowed)}")
        return value

    def number(self, key: str, default: int) -> int:
        """不小于零的整数。"""
        value = self.content.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self.problem(f"“{key}”应为不小于零的整数，现在是“{value}”")
            return default
        return value

    def flag(self, key: str) -> bool:
        """是否。"""
        value = self.content.get(key, False)
        if not isinstance(value, bool):
            self.problem(f"“{key}”应为 true 或 false，现在是“{value}”")
        return value is True

    def limit(self, key: str = "limit") -> Limit | None:
        """期限；没写为空。"""
        if key not in self.content:
            return None
        found = Limit.parse(self.text(key))
        if found is None:
            self.problem(f"“{key}”的“{self.content[key]}”不是期限；写成 10wd（工作日）或 7d（日历日）")
        return found

    def parts(self, key: str) -> Iterator["Part"]:
        """列表的各项。"""
        entries = self.content.get(key, [])
        if not isinstance(entries, list):
            self.problem(f"“{key}”应为列表")
            entries = []
        for number, entry in enumerate(entries, 1):
            label = entry.get("code") if isinstance(entry, Mapping) else None
            yield Part(entry, f"{self.where} {key} {label or f'第{number}项'}", self.problems)
