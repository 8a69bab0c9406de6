"""把异常写成文字：调用栈只有文件与行号；数据库报错只留代码与表、列、约束的名字。

PostgreSQL 的 DETAIL、CONTEXT、LINE 里有整行数据，22 类（数据内容）与 42601 的正文里有所给的值，一概不写。
"""

import traceback
from types import TracebackType

from .scrub import scrub

LONGEST = 16_000
DATABASE_MODULES = ("psycopg", "django.db")
VALUES_IN_MESSAGE = ("22", "42601", "42P02")
NAMES = ("schema_name", "table_name", "column_name", "constraint_name", "datatype_name")


def render(error: BaseException) -> str:
    """异常连同引起它的异常，最里面的在前。"""
    parts: list[str] = []
    _chain(error, parts, set())
    text = "\n".join(parts)
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]}\n……\n{text[-LONGEST // 2 :]}"


def describe(error: BaseException) -> str:
    """一个异常的类型与内容，不含数据。"""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    text = _database(error) if kind.__module__.startswith(DATABASE_MODULES) else str(error)
    notes = "".join(f"\n{note}" for note in getattr(error, "__notes__", ()))
    return scrub(f"{name}: {text}{notes}" if text else name)


def _chain(error: BaseException, parts: list[str], seen: set[int]) -> None:
    seen.add(id(error))
    inner = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if inner is not None and id(inner) not in seen:
        _chain(inner, parts, seen)
        parts.append("↓ 由此引起" if error.__cause__ is not None else "↓ 处理时又发生")
    parts += [*_frames(error.__traceback__), describe(error)]
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            parts.append("其中：")
            _chain(one, parts, seen)


def _frames(trace: TracebackType | None) -> list[str]:
    return [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]


def _database(error: BaseException) -> str:
    diagnosis = getattr(error, "diag", None) or getattr(error.__cause__, "diag", None)
    state = getattr(diagnosis, "sqlstate", None)
    if not state:  # 客户端一侧的错误（连不上、参数不对）没有数据，只有第一行
        return str(error).partition("\n")[0]
    known = [f"{name}={value}" for name in NAMES if (value := getattr(diagnosis, name, None))]
    message = "" if state.startswith(VALUES_IN_MESSAGE) else str(getattr(diagnosis, "message_primary", "") or "")
    return " ".join([f"sqlstate={state}", *known, message]).strip()
