"""每个请求一个编号、一行日志、一组计数；后台任务一样。"""

import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from jiuzhu.logs import bound

from . import metrics

if TYPE_CHECKING:
    from procrastinate.job_context import JobContext

access_logger = logging.getLogger("jiuzhu.access")
job_logger = logging.getLogger("jiuzhu.jobs")
# 只认代理生成的样子（nginx 的 $request_id、UUID）：别人塞不进证件号、换行与长文
FROM_PROXY = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
QUIET_ROUTES = {"health", "ready", "metrics"}
UNMATCHED = "unmatched"


class RequestLogMiddleware:
    """放在最外层。设 ``request.request_id``，回头 ``X-Request-ID``；日志行里是网址名，不是网址。"""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began, queries = time.perf_counter(), _Counter()
        request.request_id = _request_id(request)  # type: ignore[attr-defined]
        with bound(lambda: _fields(request)), connection.execute_wrapper(queries):
            response = self.get_response(request)
            response.headers["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
            self._report(request, response, time.perf_counter() - began, queries.count)
        return response

    @staticmethod
    def _report(request: HttpRequest, response: HttpResponseBase, seconds: float, queries: int) -> None:
        route = _route(request)
        if route == UNMATCHED and response.status_code < 400:
            return  # 静态文件
        metrics.request_seen(
            method=request.method or "", route=route, status=response.status_code, seconds=seconds, queries=queries
        )
        if route in QUIET_ROUTES and response.status_code < 400:
            return
        level = logging.ERROR if response.status_code >= 500 else logging.INFO
        access_logger.log(
            level,
            "%s %s %s",
            _method(request),
            route,
            response.status_code,
            extra={"status": response.status_code, "duration_ms": round(seconds * 1000, 1), "queries": queries},
        )


async def job_logged(call_next: Callable[[], Awaitable[Any]], context: "JobContext", worker: object) -> Any:
    """procrastinate 的 ``worker_middleware``：任务里写的日志带上编号与名称，做完记一行。失败由 procrastinate 记。"""
    job, began = context.job, time.perf_counter()
    with bound(lambda: {"job": job.id, "task": job.task_name}):
        outcome = "failed"
        try:
            result = await call_next()
            outcome = "succeeded"
        finally:
            seconds = time.perf_counter() - began
            metrics.job_seen(task=job.task_name, outcome=outcome, seconds=seconds)
            level = logging.DEBUG if job.queue == "upkeep" and outcome == "succeeded" else logging.INFO
            job_logger.log(
                level,
                "任务%s",
                "办完" if outcome == "succeeded" else "没有办成",
                extra={"event": outcome, "duration_ms": round(seconds * 1000, 1)},
            )
    return result


class _Counter:
    """数这一次请求查了几次库。"""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


def _request_id(request: HttpRequest) -> str:
    given = request.headers.get("X-Request-ID", "")
    return given if FROM_PROXY.fullmatch(given) else uuid.uuid4().hex


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.view_name or UNMATCHED) if match else UNMATCHED


def _method(request: HttpRequest) -> str:
    return request.method if request.method in metrics.METHODS else "OTHER"


def _fields(request: HttpRequest) -> dict[str, object]:
    user = getattr(request, "_cached_user", None)  # 没有取过用户就不为了写日志去取
    return {
        "request_id": getattr(request, "request_id", ""),
        "method": _method(request),
        "route": _route(request),
        "user": getattr(user, "pk", None),
    }
