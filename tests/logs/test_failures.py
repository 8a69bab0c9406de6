"""异常写成日志：类型、文件、行号都在，数据不在。"""

import json
import logging
import sys
from pathlib import Path

import pytest

from jiuzhu.logs import Handler, Lines, bound
from jiuzhu.logs.failures import describe, render

ID = "420901199001011234"


def line(error: BaseException | None = None, message: str = "出错", **extra: object) -> dict[str, object]:
    record = logging.LogRecord(
        "t", logging.ERROR, __file__, 1, message, None, error and (type(error), error, error.__traceback__)
    )
    record.__dict__.update(extra)
    return json.loads(Lines(text=False).format(record))


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except type(error) as caught:
        return caught


def test_调用栈有文件与行号_没有证件号() -> None:
    shown = str(line(raised(ValueError(f"不认识 {ID}")))["error"])
    assert Path(__file__).name in shown
    assert "ValueError: 不认识 〔证件号〕" in shown


def test_引起它的异常与附注也抹掉() -> None:
    error = raised(RuntimeError("外层"), raised(KeyError(ID)))
    error.add_note("电话 13812345678")
    shown = render(error)
    assert shown.index("KeyError") < shown.index("RuntimeError")
    assert ID not in shown
    assert "13812345678" not in shown


def test_一组异常逐个写() -> None:
    shown = render(raised(ExceptionGroup("几处", [ValueError(ID), TypeError("乙")])))
    assert "TypeError: 乙" in shown
    assert ID not in shown


def test_互相引起的异常不绕圈() -> None:
    first, second = ValueError("甲"), ValueError("乙")
    first.__cause__, second.__cause__ = second, first
    assert render(first).count("ValueError") == 2


def test_对象一概不写_只写认得的各项() -> None:
    shown = line(
        request=object(),
        person={"name": "张三"},
        route="desk:home",
        job={"id": 3, "task_name": "t", "call_string": "t[3](姓名='张三')"},
        message="Job t[3](姓名='张三') ended",
    )
    assert shown["message"] == "Job t[3] ended"
    assert (shown["job"], shown["task"], shown["route"]) == (3, "t", "desk:home")
    assert "张三" not in json.dumps(shown, ensure_ascii=False)


def test_随行的各项在写的时候才取() -> None:
    now: dict[str, object] = {}
    with bound(lambda: now):
        now["user"] = 7
        assert line()["user"] == 7
    assert "user" not in line()


def test_参数与格式不符时不倒出参数(capsys: pytest.CaptureFixture[str]) -> None:
    logger, handler = logging.getLogger("坏格式"), Handler(sys.stderr)
    handler.setFormatter(Lines(text=False))
    logger.addHandler(handler)
    logger.propagate = False
    logger.error("%d %d", "张三")  # noqa: PLE1206  故意写错
    shown = capsys.readouterr().err
    assert "参数与格式不符" in shown
    assert "张三" not in shown


def test_没有代码的数据库错误只留第一行() -> None:
    import psycopg

    assert describe(psycopg.OperationalError("连不上\nDETAIL: 张三")) == "psycopg.OperationalError: 连不上"
