"""健康检查：``/healthz`` 活着没有，``/readyz`` 能不能办事，``/metrics`` 指标。

细节与指标只给 ``JIUZHU_METRICS_ALLOW`` 里的地址；经代理转来的，代理写明的来处也要在其中。
"""

import ipaddress
import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from jiuzhu.keys import KeyFileError, read_data_keys, read_identity_key

from . import metrics

HEARTBEAT_SECONDS = 60
MIGRATIONS_KEEP_SECONDS = 60.0
_migrated_until = 0.0


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """能连上数据库即为正常；否则 503。"""
    if _database() != "ok":
        return JsonResponse({"status": "database_unavailable"}, status=503)
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """数据库、迁移、密钥、后台进程都好才是 200；各项的细节只给准许的地址。"""
    checks: dict[str, Callable[[], str]] = {
        "database": _database,
        "keys": _keys,
        "migrations": _migrations,
        "worker": _worker,
    }
    found: dict[str, str] = {}
    for name, check in checks.items():
        found[name] = check() if name in {"database", "keys"} or found["database"] == "ok" else "unknown"
    good = set(found.values()) == {"ok"}
    answer: dict[str, object] = {"status": "ok" if good else "not_ready"}
    if allowed(request):
        answer["checks"] = found
    return JsonResponse(answer, status=200 if good else 503)


@login_not_required
@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """指标；别处来的当作没有这一页。"""
    if not allowed(request):
        return HttpResponseNotFound()
    return HttpResponse(metrics.render(), content_type=CONTENT_TYPE_LATEST)


def allowed(request: HttpRequest) -> bool:
    """来处是否准许：直接来的地址，和代理写明的每一个地址，都要在准许之列。"""
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    given = [request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Real-IP", ""), *forwarded]
    addresses = [text for text in given if text]
    return bool(addresses) and all(_listed(text) for text in addresses)


def _listed(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in ipaddress.ip_network(network, strict=False) for network in settings.METRICS_ALLOW)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "unavailable"
    return "ok"


def _keys() -> str:
    try:
        read_identity_key(settings.KEY_FILE)
        read_data_keys(settings.DATA_KEYS_FILE)
    except (OSError, KeyFileError):
        return "unreadable"
    return "ok"


def _migrations() -> str:
    global _migrated_until
    if time.monotonic() < _migrated_until:
        return "ok"
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "pending"
    except DatabaseError:
        return "unavailable"
    _migrated_until = time.monotonic() + MIGRATIONS_KEEP_SECONDS
    return "ok"


def _worker() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT max(last_heartbeat) > now() - make_interval(secs => %s) FROM procrastinate_workers",
                [HEARTBEAT_SECONDS],
            )
            row = cursor.fetchone()
    except DatabaseError:
        return "unavailable"
    return "ok" if row and row[0] else "missing"
