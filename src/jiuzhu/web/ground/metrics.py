"""Prometheus 指标：请求、任务、磁盘、审计。标签里只有网址名、任务名、状态，没有网址，没有人。

网页可以有几个进程：运行管理进程设好 ``PROMETHEUS_MULTIPROC_DIR``（数据目录的 run/metrics），各进程各记各的，
``/metrics`` 时合起来；没有设（开发、测试）时只有本进程的。
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
QUERIES = (0, 5, 10, 20, 40, 80, 160)
JOB_SECONDS = (0.1, 1, 5, 30, 60, 300, 900, 3600)
JOB_STATES = ("todo", "doing", "succeeded", "failed", "cancelled", "aborted")


@dataclass(frozen=True)
class StateGauge:
    """一个现查的数：``sql`` 取一行一列，不带任何个人信息。各部分在 ``AppConfig.state_metrics`` 里声明。"""

    name: str
    title: str
    sql: str


requests = Counter("jiuzhu_http_requests", "请求数", ["method", "route", "status"])
request_seconds = Histogram("jiuzhu_http_request_seconds", "请求用时（秒）", ["route"], buckets=SECONDS)
request_queries = Histogram("jiuzhu_http_request_queries", "一次请求查库的次数", ["route"], buckets=QUERIES)
jobs = Counter("jiuzhu_jobs_done", "做完的后台任务", ["task", "outcome"])
job_seconds = Histogram("jiuzhu_job_seconds", "后台任务用时（秒）", ["task"], buckets=JOB_SECONDS)


def request_seen(*, method: str, route: str, status: int, seconds: float, queries: int) -> None:
    """记一次请求。"""
    requests.labels(method if method in METHODS else "OTHER", route, str(status)).inc()
    request_seconds.labels(route).observe(seconds)
    request_queries.labels(route).observe(queries)


def job_seen(*, task: str, outcome: str, seconds: float) -> None:
    """记一个做完的后台任务。"""
    jobs.labels(task, outcome).inc()
    job_seconds.labels(task).observe(seconds)


def render() -> bytes:
    """全部指标，Prometheus 的文本格式。"""
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    return generate_latest(registry) + generate_latest(_state_registry())


def _state_registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_State())
    return registry


class _State(Collector):
    """眼下的状态：取的时候现查。"""

    def collect(self) -> Iterator[Metric]:
        yield _disk()
        try:
            with transaction.atomic():
                _see_everywhere()
                found = list(_database())
        except DatabaseError:
            found = [GaugeMetricFamily("jiuzhu_database_up", "数据库是否可用", value=0)]
        yield from found


def _database() -> Iterable[Metric]:
    yield GaugeMetricFamily("jiuzhu_database_up", "数据库是否可用", value=1)
    yield GaugeMetricFamily(
        "jiuzhu_database_bytes", "数据库大小", value=_one("SELECT pg_database_size(current_database())")
    )
    counts = dict(_rows("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status"))
    states = GaugeMetricFamily("jiuzhu_jobs", "后台任务，按状态", labels=["state"])
    for state in JOB_STATES:
        states.add_metric([state], counts.get(state, 0))
    yield states
    yield GaugeMetricFamily(
        "jiuzhu_worker_heartbeat_age_seconds",
        "距后台进程上次报到（秒）；没有后台进程时为 -1",
        value=_one("SELECT coalesce(extract(epoch FROM now() - max(last_heartbeat)), -1) FROM procrastinate_workers"),
    )
    yield from _declared()


def _declared() -> Iterable[Metric]:
    """各部分在自己的 ``AppConfig.state_metrics`` 里声明的。"""
    for config in apps.get_app_configs():
        for gauge in getattr(config, "state_metrics", ()):
            yield GaugeMetricFamily(gauge.name, gauge.title, value=_one(gauge.sql))


def _see_everywhere() -> None:
    """只在本事务里让行级权限放行：这里只数数，不看是谁。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('jiuzhu.areas', '1,2,3,4,5,6,7,8,9', true)")
        cursor.execute("SET LOCAL statement_timeout = '5s'")


def _disk() -> Metric:
    metric = GaugeMetricFamily("jiuzhu_disk_free_bytes", "数据目录所在磁盘的余量")
    metric.add_metric([], shutil.disk_usage(settings.HOME).free if settings.HOME.exists() else 0)
    return metric


def _rows(sql: str) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [(str(key), int(value)) for key, value in cursor.fetchall()]


def _one(sql: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return float(cursor.fetchone()[0])
