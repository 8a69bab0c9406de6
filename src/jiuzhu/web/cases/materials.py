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
    """``[{name, why, how, state}]``：同名的只要一份，``why`` 写哪几个项目要，``how`` 是括号里的话。"""
    found: dict[str, list[str]] = {}
    hints: dict[str, list[str]] = {}
    for programme in programmes:
        for text in programme.materials:
            if SIGNED_HERE.search(text) or NOTHING.match(text):
                continue
            name, _, hint = text.partition("（")
            found.setdefault(name, []).append(programme.title)
            if hint:
                hints.setdefault(name, []).append(hint.removesuffix("）"))
    return [
        {
            "name": name,
            "why": f"{'、'.join(dict.fromkeys(titles))}要用",
            "how": "；".join(hints.get(name, [])),
            "state": "",
        }
        for name, titles in found.items()
    ]
