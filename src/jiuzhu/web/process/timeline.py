"""事件写成一句话，供时间线。"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .models import Event
from .places import role_title
from .workdays import BEIJING

Kind = Event.Kind
Data = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """时间线上的一行。``tone`` 是 done（办成）、bad（逾期、没走成）、wait（其余）。"""

    at: datetime
    who: str
    text: str
    note: str
    tone: str


def lines_of(events: list[Event]) -> list[Line]:
    """按先后的一行行；分出分支、到汇合这类内部的不列。"""
    return [
        Line(event.at, event.actor_name, _WORDS[event.kind](event.data), _note(event), _TONES.get(event.kind, "wait"))
        for event in events
        if event.kind in _WORDS and not (event.kind == Kind.SCOPE_OPENED and not event.data.get("organisation"))
    ]


def _day(text: str) -> str:
    if not text:
        return "不限期"
    local = datetime.fromisoformat(text).astimezone(BEIJING)
    return f"{local.month}月{local.day}日"


def _opened(data: Data) -> str:
    whom = f"由{data['organisation']}的{data['role']}办理，" if data.get("organisation") else ""
    until = f"{_day(data['due'])}到期" if data.get("due") else "不限期"
    return f"进入“{data['title']}”，{whom}{until}"


def _urged(data: Data) -> str:
    concerns = "、".join(dict.fromkeys(role_title(code) for code in data["concerns"]))
    return f"{data['level_title']}“{data['title']}”，同时告知{concerns}"


def step_told(title: str, outcome: str) -> str:
    """一步怎样办结：``“核对反馈”：已核实退出``；结论与步骤同名的（接单）只说一遍。"""
    return f"“{title}”" if outcome == title else f"“{title}”：{outcome}"


_WORDS: dict[str, Callable[[Data], str]] = {
    Kind.OPENED: lambda data: f"发起“{data['title']}”",
    Kind.TASK_OPENED: _opened,
    Kind.CLAIMED: lambda data: f"认领“{data['title']}”",
    Kind.COMPLETED: lambda data: f"办结{step_told(data['title'], data['outcome_title'])}",
    Kind.FIRED: lambda data: f"“{data['title']}”满期",
    Kind.CANCELLED: lambda data: f"“{data['title']}”不再办理",
    Kind.TRANSFERRED: lambda data: f"“{data['title']}”由{data['before']}改派到{data['after']}",
    Kind.DELEGATED: lambda data: f"“{data['title']}”指派给{data['after']}",
    Kind.SCOPE_OPENED: lambda data: f"送{data['organisation']}",
    Kind.SCOPE_WITHDRAWN: lambda data: f"撤回送{data['label']}的一支",
    Kind.PAUSED: lambda data: f"“{data['title']}”停计期限：{data['rule']}" if data.get("title") else "整件事停计期限",
    Kind.RESUMED: lambda data: f"“{data['title']}”恢复计时" if data.get("title") else "整件事恢复计时",
    Kind.URGED: _urged,
    Kind.DUE_MOVED: lambda data: f"“{data['title']}”的期限由{_day(data['before'])}改为{_day(data['after'])}",
    Kind.WITHDRAWN: lambda data: "撤回这件事",
    Kind.ENDED: lambda data: f"办完：{data['title']}",
    Kind.STUCK: lambda data: f"“{data['title']}”没有走成，十分钟后再试",
}
_TONES: dict[str, str] = {
    Kind.COMPLETED: "done",
    Kind.FIRED: "done",
    Kind.ENDED: "done",
    Kind.URGED: "bad",
    Kind.STUCK: "bad",
}


def _note(event: Event) -> str:
    label = event.data.get("label", "") if event.kind == Kind.SCOPE_OPENED else ""
    return str(event.data.get("note") or event.data.get("reason") or label)
