"""日志的写法：一行一个 JSON；在终端上看时写成一行字。

附加的各项只认下面列出的，其余（请求对象、任务的参数、整行数据）不写：日志里不写对象。
"""

import logging
import os
import sys
from datetime import datetime
from typing import Any, override
from zoneinfo import ZoneInfo

from pythonjsonlogger.json import JsonFormatter

from . import failures
from .context import current
from .scrub import scrub

BEIJING = ZoneInfo("Asia/Shanghai")
PART = "JIUZHU_CHILD"  # 运行管理进程给子进程做的记号：web worker prepare
EXTRAS = (
    "request_id", "method", "route", "status", "user", "duration_ms", "queries", "size",
    "job", "task", "code", "event", "count", "backup",
)  # fmt: skip
UNCHANGED = {"time", "level", "logger", "part", "request_id", "method", "route", "task", "error_type"}  # 名称与编号


class Lines(JsonFormatter):
    """日志行。``text=True`` 或在终端上时写给人看；准备步骤的输出要在出错时念给人听，也写成文字。"""

    def __init__(self, *, text: bool | None = None) -> None:
        super().__init__(json_ensure_ascii=False)
        self.part = os.environ.get(PART, "")
        self.text = (self.part == "prepare" or sys.stderr.isatty()) if text is None else text

    @override
    def format(self, record: logging.LogRecord) -> str:
        fields = self.fields(record)
        if not self.text:
            return self.serialize_log_record(fields)
        head = f"{fields['time']} {fields['level']} {fields['message']}"
        return f"{head}\n{fields['error']}" if "error" in fields else head

    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        """一条日志的各项，已去掉个人信息。"""
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, BEIJING).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
            "part": self.part,
        }
        extras = {
            **current(),
            **{key: record.__dict__[key] for key in EXTRAS if key in record.__dict__},
            **_job(record),
        }
        fields |= {key: value for key, value in extras.items() if isinstance(value, str | int | float)}
        if record.exc_info and record.exc_info[1] is not None:
            fields |= {"error_type": type(record.exc_info[1]).__name__, "error": failures.render(record.exc_info[1])}
        return {key: _clean(key, value) for key, value in fields.items() if value != ""}


class Handler(logging.StreamHandler[Any]):
    """写到标准错误；写不出时只说写不出，不像标准库那样把内容原样倒出来。"""

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        try:
            self.stream.write(f'{{"level": "ERROR", "logger": "{record.name}", "message": "有一条日志写不出"}}\n')
        except (OSError, ValueError):
            return


class OnlyFailures(logging.Filter):
    """``django.request`` 只要异常：状态码访问日志里有，还带着请求编号。"""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        return bool(record.exc_info)


def _clean(key: str, value: Any) -> Any:
    return value if key in UNCHANGED or not isinstance(value, str) else scrub(value)


def _message(record: logging.LogRecord) -> str:
    try:
        text = record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg!s}（参数与格式不符）"
    job = record.__dict__.get("job")
    if isinstance(job, dict) and job.get("call_string"):  # 任务的参数不写
        text = text.replace(str(job["call_string"]), f"{job.get('task_name')}[{job.get('id')}]")
    return text


def _job(record: logging.LogRecord) -> dict[str, object]:
    """procrastinate 附带的任务：只要编号与名称。"""
    job = record.__dict__.get("job")
    return {"job": job.get("id"), "task": job.get("task_name")} if isinstance(job, dict) else {}
