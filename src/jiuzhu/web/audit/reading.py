"""把一条记录写成人看得懂的样子：改前 → 改后，逐项对照。"""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jiuzhu.web.ground.templatetags.ground import cn_date, cn_time

from .actions import choice_title, field_title
from .models import Entry

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
NOTHING = "—"


@dataclass(frozen=True)
class Difference:
    """一个字段的改前与改后。"""

    title: str
    before: str
    after: str
    changed: bool


def differences(entry: Entry) -> list[Difference]:
    """各字段的改前与改后，按写的次序；没有则为空。"""
    try:
        content = json.loads(entry.body)
    except ValueError:
        return []
    before, after = content.get("before") or {}, content.get("after") or {}
    kind = entry.subject_kind
    return [
        Difference(
            field_title(kind, name),
            written(choice_title(kind, name, before.get(name))),
            written(choice_title(kind, name, after.get(name))),
            name in before and name in after and before[name] != after[name],
        )
        for name in dict.fromkeys([*before, *after])
    ]


def written(value: Any) -> str:
    """一个值，用中文写。"""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return _moment(value)
    if isinstance(value, list):
        return "；".join(written(item) for item in value) or NOTHING
    if isinstance(value, dict):
        return "，".join(f"{field_title('', str(key))}：{written(item)}" for key, item in value.items()) or NOTHING
    return str(value)


def _moment(text: str) -> str:
    try:
        if MOMENT.match(text):
            return cn_time(datetime.fromisoformat(text))
        return cn_date(date.fromisoformat(text)) if DAY.fullmatch(text) else text
    except (ValueError, TypeError):
        return text
