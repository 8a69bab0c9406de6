"""体检的一条结果。"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Self


class Level(IntEnum):
    """轻重；数值就是退出码。"""

    OK = 0
    ATTENTION = 1
    FAULT = 2

    @property
    def title(self) -> str:
        return ("正常", "注意", "故障")[self]


@dataclass(frozen=True)
class Finding:
    """查的什么、怎么样、怎么办。里面没有个人信息。"""

    level: Level
    name: str
    told: str
    advice: str = ""

    @classmethod
    def ok(cls, name: str, told: str) -> Self:
        return cls(Level.OK, name, told)

    @classmethod
    def attention(cls, name: str, told: str, advice: str) -> Self:
        return cls(Level.ATTENTION, name, told, advice)

    @classmethod
    def fault(cls, name: str, told: str, advice: str) -> Self:
        return cls(Level.FAULT, name, told, advice)


def graded(name: str, told: str, advice: str, *, fault: bool, attention: bool) -> Finding:
    """按两道线定轻重。"""
    if fault:
        return Finding.fault(name, told, advice)
    return Finding.attention(name, told, advice) if attention else Finding.ok(name, told)


def ago(seconds: float) -> str:
    """多久：分、小时、天。"""
    if seconds < 3600:
        return f"{max(0, int(seconds // 60))} 分钟"
    return f"{int(seconds // 3600)} 小时" if seconds < 48 * 3600 else f"{int(seconds // 86400)} 天"


def size(count: float) -> str:
    """多大：MB、GB。"""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
