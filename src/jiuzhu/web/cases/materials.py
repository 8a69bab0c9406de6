"""要收的材料：各项目要的合在一起，能核对到的、在这里签的不另要。"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jiuzhu.engine.assessment.programmes import Programme

SIGNED_HERE = re.compile(r"授权|承诺书")  # 授权书、承诺书在系统里签
NOTHING = re.compile(r"^不用材料")
STATES = {"received": "收了", "missing": "还缺", "waived": "不用"}


def wanted(programmes: Iterable["Programme"]) -> list[dict[str, str]]:
    """``[{name, why, how, state}]``：同名的只要一份，``why`` 写哪几个项目要。"""
    found: dict[str, list[str]] = {}
    for programme in programmes:
        for name in programme.materials:
            if not SIGNED_HERE.search(name) and not NOTHING.match(name):
                found.setdefault(name, []).append(programme.title)
    return [{"name": name, "why": "、".join(titles) + "要用", "how": "", "state": ""} for name, titles in found.items()]
