"""数据发现的根据:把引擎给的 JSON 说成一句话。"""

from typing import Any


def detail_words(detail: dict[str, Any]) -> str:
    """``{"名单": ["低保", "特困"]}`` → ``名单:低保、特困``;空的不说。"""
    parts = []
    for name, value in detail.items():
        if value in (None, "", [], {}):
            continue
        text = "、".join(map(str, value)) if isinstance(value, list) else str(value)
        parts.append(f"{name}:{text}")
    return ";".join(parts)
