"""YAML 原文的读与改：改哪一项只动哪几行，注释、次序、写法都留着。

列表（指标、口径、用例）按行切块，换其中一块；“名称: 值”的文件（参数、区间、封面）整篇读写，写回与原文逐字相同。
"""

import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import LiteralScalarString

from jiuzhu.web.ground.errors import ServiceError

WIDTH = 4096
FLOW_LENGTH = 260  # 一项写成一行，太长就分行写


def load(text: str) -> Any:
    """读一个文件；写法不对说在哪一行。"""
    try:
        return _yaml().load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行" if mark else "文件"
        raise ServiceError(f"手册的{where}写法不对，读不了。", code="rulebook_yaml") from error


@lru_cache(maxsize=256)
def read(text: str) -> Any:
    """只读的内容，同样的原文只读一次；要改的用 ``load``。"""
    return load(text)


def dump(data: Any) -> str:
    """写回。"""
    yaml = _yaml()
    if not isinstance(data, list):
        yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(data, out)
    return out.getvalue()


def replaced(text: str, key: str | None, place: int | None, item: Mapping[str, Any] | None) -> str:
    """列表里换一项（``place`` 为空是添在最后，``item`` 为空是删掉）；``key`` 是列表在文件里的名称，顶层为空。"""
    head, chunks, tail = _chunks(text, key)
    fresh = [] if item is None else [_item_text(item, "  " if key else "")]
    if place is None:
        if chunks and not chunks[-1].endswith("\n"):
            chunks[-1] += "\n"
        chunks += fresh
    else:
        chunks[place : place + 1] = fresh
    if not chunks:
        return head.rstrip() + (" []\n" if key else "\n[]\n") + tail
    if key and head.rstrip().endswith("[]"):
        head = head.rstrip().removesuffix("[]").rstrip() + "\n"
    return (head.replace("[]\n", "") if not key else head) + "".join(chunks) + tail


def flow(values: Mapping[Any, Any]) -> CommentedMap:
    """写成 ``{甲: 1, 乙: 2}`` 一行。"""
    made = CommentedMap(values)
    made.fa.set_flow_style()
    return made


def flow_list(values: Sequence[Any]) -> CommentedSeq:
    """写成 ``[甲, 乙]`` 一行。"""
    made = CommentedSeq(values)
    made.fa.set_flow_style()
    return made


def rule_text(text: str) -> str:
    """多行的规则写成多行，一行的写成一行。"""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return LiteralScalarString("\n".join(lines)) if len(lines) > 1 else "".join(lines)


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    return yaml


def _chunks(text: str, key: str | None) -> tuple[str, list[str], str]:
    """列表之前、各项、列表之后的原文。"""
    data = load(text)
    rows: Any = (data or []) if key is None else (data.get(key) or [])
    lines = text.splitlines(keepends=True)
    if not rows:
        at = len(lines) if key is None else data.lc.key(key)[0] + 1
        return "".join(lines[:at]), [], "".join(lines[at:])
    starts = [rows.lc.item(n)[0] for n in range(len(rows))]
    later = [data.lc.key(name)[0] for name in data] if key is not None else []
    end = min((line for line in later if line > starts[-1]), default=len(lines))
    edges = [*starts, end]
    pieces = ["".join(lines[a:b]) for a, b in pairwise(edges)]
    return "".join(lines[: starts[0]]), pieces, "".join(lines[end:])


def _item_text(item: Mapping[str, Any], indent: str) -> str:
    made = item if isinstance(item, CommentedMap) else CommentedMap(item)
    text = dump(CommentedSeq([made]))
    return "".join(indent + line for line in text.splitlines(keepends=True))


def one_line(values: Mapping[str, Any]) -> CommentedMap:
    """能写成一行就写成一行：没有多行的文字、也不太长。"""
    made = CommentedMap(values)
    several = any(isinstance(value, str) and "\n" in value for value in values.values())
    if not several and len(str(dict(values))) <= FLOW_LENGTH:
        made.fa.set_flow_style()
    return made
