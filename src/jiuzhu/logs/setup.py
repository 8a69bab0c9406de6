"""装好日志：Django 的 ``LOGGING_CONFIG`` 指向这里，没有人接的异常也走同一条路。"""

import logging
import logging.config
import sys
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any

logger = logging.getLogger("jiuzhu")


def configure(settings: Mapping[str, Any]) -> None:
    """按 ``LOGGING`` 装好；没有人接的异常、警告、线程里的异常不再原样倒到标准错误。"""
    logging.config.dictConfig(dict(settings))
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logger.critical("没有处理的错误", exc_info=(kind, error, trace))


def _uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None and arguments.exc_type is not SystemExit:
        logger.critical("线程里没有处理的错误", exc_info=arguments.exc_value)


def _unraisable(arguments: Any) -> None:
    if arguments.exc_value is not None:
        logger.error("回收对象时出错", exc_info=arguments.exc_value)
