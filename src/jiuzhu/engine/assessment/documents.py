"""规则手册的 YAML:读入、缺什么说什么。"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from jiuzhu.engine.errors import EngineError
from jiuzhu.yamltext import YamlError, yaml_of

REQUIRED = ("rulebook.yaml", "parameters.yaml", "bands.yaml", "findings.yaml")
MISSING = object()
# 与 safe_load 同样安全；有 C 实现时快十倍，手册台每改一处都要重读整部手册


class RulebookError(EngineError):
    """规则手册有错;``problems`` 是逐条的说明。"""

    code = "rulebook"

    def __init__(self, message: str, problems: list[str] | None = None) -> None:
        super().__init__(message)
        self.problems = tuple(problems or [message])


class Document:
    """YAML 的一段,带着它的位置;取不到就说清哪个文件哪一段缺什么。"""

    def __init__(self, content: Any, where: str) -> None:
        self.content = content
        self.where = where

    def raw(self, key: str, default: Any = MISSING) -> Any:
        if not isinstance(self.content, Mapping):
            raise RulebookError(f"{self.where}：应为“名称: 值”的形式")
        value = self.content.get(key, default)
        if value is MISSING:
            raise RulebookError(f"{self.where}：缺少“{key}”")
        return value

    def text(self, key: str, default: Any = MISSING) -> str:
        return str(self.raw(key, default)).strip()

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(str(value) for value in self.raw(key, []))

    def number(self, key: str) -> float:
        value = self.raw(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise RulebookError(f"{self.where}：“{key}”应为数，现在是“{value}”")
        return float(value)

    def optional_number(self, key: str) -> float | None:
        return self.number(key) if self.raw(key, None) is not None else None

    def day(self, key: str) -> date:
        value = self.raw(key)
        if not isinstance(value, date):
            raise RulebookError(f"{self.where}：“{key}”应为日期，如 2026-07-01")
        return value

    def items(self, key: str | None = None) -> Iterator["Document"]:
        """列表的各项。"""
        entries = self.content if key is None else self.raw(key, [])
        if not isinstance(entries, list):
            raise RulebookError(f"{self.where}:{f'“{key}”' if key else ''}应为列表")
        for number, entry in enumerate(entries, 1):
            label = entry.get("code", f"第{number}项") if isinstance(entry, Mapping) else f"第{number}项"
            yield Document(entry, f"{self.where} {label}")

    def mapping(self, key: str | None = None) -> Iterator[tuple[str, "Document"]]:
        """“名称: 内容”的各项。"""
        entries = self.content if key is None else self.raw(key, {})
        if not isinstance(entries, Mapping):
            raise RulebookError(f"{self.where}：应为“名称: 内容”的形式")
        for name, entry in entries.items():
            yield str(name), Document(entry, f"{self.where} {name}")


def documents_in(folder: Path, problems: list[str]) -> dict[str, Document]:
    """文件夹里全部 YAML;必需的文件缺了是错误。"""
    found: dict[str, Document] = {}
    for path in sorted(folder.rglob("*.yaml")):
        name = path.relative_to(folder).as_posix()
        try:
            found[name] = Document(yaml_of(path.read_text("utf-8")), name)
        except (YamlError, UnicodeDecodeError) as error:
            problems.append(f"{name}：不是合格的 YAML({error})")
    missing = [name for name in REQUIRED if name not in found]
    if missing:
        raise RulebookError(f"规则手册“{folder.name}”缺少文件：{'、'.join(missing)}", problems)
    return found
