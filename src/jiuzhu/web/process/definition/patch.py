"""县里的补丁：在省里的流程上只改期限、岗位、名称、催办，步骤与走向不动。"""

import copy
from collections.abc import Mapping
from typing import Any

from .problems import Part, near

PROCESS_KEYS = ("title", "limit", "basis", "help", "urging")
NODE_KEYS = ("title", "limit", "role", "persons", "urging", "help", "basis")


def patched(base: Mapping[str, Any], content: Any, where: str, problems: list[str]) -> dict[str, Any]:
    """补丁盖在 ``base`` 上得到的新内容；``base`` 不动。"""
    result: dict[str, Any] = copy.deepcopy(dict(base))
    part = Part(content, where, problems)
    part.known("patch", "base", "version", "nodes", *PROCESS_KEYS)
    if (given := part.text("base")) != str(base.get("version", "")):
        part.problem(f"补丁是给版本“{given}”写的，现在的版本是“{base.get('version', '')}”；请对照后改 base")
    result["version"] = part.text("version")
    result.update({key: part.content[key] for key in PROCESS_KEYS if key in part.content})
    _nodes(part, result)
    return result


def _nodes(part: Part, result: dict[str, Any]) -> None:
    changes = part.content.get("nodes", {})
    if not isinstance(changes, Mapping):
        part.problem("“nodes”应写成“步骤: {要改的项}”")
        return
    nodes = {str(node.get("code")): node for node in result.get("nodes", []) if isinstance(node, dict)}
    for code, change in changes.items():
        inner = Part(change, f"{part.where} nodes {code}", part.problems)
        inner.known(*NODE_KEYS)
        if code not in nodes:
            part.problem(f"nodes 没有步骤“{code}”{near(str(code), nodes)}")
            continue
        nodes[str(code)].update({key: inner.content[key] for key in NODE_KEYS if key in inner.content})
