"""数据库连接：设好、试一试、取数、按时取。"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.documents import vault
from jiuzhu.web.exchange.claims import FETCH, claimed
from jiuzhu.web.exchange.errors import ExchangeError
from jiuzhu.web.exchange.folders import county_folder
from jiuzhu.web.exchange.models import Connection
from jiuzhu.web.exchange.models.batch import Channel
from jiuzhu.web.exchange.sources import catalog, organisation_for, title_of
from jiuzhu.web.exchange.targets import Fetched, Target
from jiuzhu.web.ground.errors import Conflict, ServiceError

from .common import FETCH_TASK, defer, live_jobs
from .receiving import Arrival, file_receive

HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*|[0-9a-fA-F:]+")
EVERYTHING = Scope.everything()
TRIAL = 5
SETTINGS = (
    "kind",
    "host",
    "port",
    "database",
    "username",
    "query",
    "mode",
    "every_days",
    "at_hour",
    "timeout_seconds",
    "row_limit",
)


@transaction.atomic
def connection_set(
    *, division_code: str, source: str, values: Mapping[str, Any], actor: Actor, scope: Scope
) -> Connection:
    """设一个来源的数据库连接；口令留空就照旧。

    抛 ``ExchangeError``：没有这个来源、地址写得不对（bad_host）、指到了本系统自己的库（own_database）、
    SQLite 文件不在本县的文件夹里（bad_path）。
    """
    if source not in catalog().sources or not scope.covers(division_code):
        raise ExchangeError("没有这个来源，没有改动。", code="unknown_source", status=404)
    connection = built(division_code, source, values, scope)
    connection.save()
    subject = Subject("exchange.connection", str(connection.pk), title_of(source))
    facts = {"kind": connection.kind, "every_days": connection.every_days, "enabled": connection.enabled}
    record(actor=actor, action="exchange.connection_set", subject=subject, after=facts)
    return connection


def built(division_code: str, source: str, values: Mapping[str, Any], scope: Scope) -> Connection:
    """照填的做成一个连接，查过地址，还没有保存。"""
    rows = Connection.objects.within(scope).filter(division_code=division_code, source=source)
    connection = rows.first() or Connection(division_code=division_code, source=source)
    for name in SETTINGS:
        setattr(connection, name, values[name])
    moved = connection.pk is not None and (connection.host, connection.port) != rows.values_list("host", "port").get()
    if values["password"]:
        connection.password = values["password"]
    elif moved:  # 换了服务器，旧口令不能带过去
        connection.password = None
    connection.organisation = organisation_for(source, division_code)
    target_of(connection)
    return connection


def connection_try(connection: Connection) -> Fetched:
    """试一试：连上、取前几行；不收任何数据。"""
    from jiuzhu.web.exchange.databases import fetch  # noqa: PLC0415  载入较慢

    return fetch(target_of(connection, timeout=30), limit=TRIAL)


@transaction.atomic
def connection_remove(*, connection: Connection, actor: Actor, scope: Scope) -> None:
    """删去连接；已经取来的批次不动。"""
    subject = Subject("exchange.connection", str(connection.pk), title_of(connection.source))
    Connection.objects.within(scope).filter(pk=connection.pk).delete()
    record(actor=actor, action="exchange.connection_remove", subject=subject)


@transaction.atomic
def connection_defer(*, connection: Connection, scope: Scope) -> None:
    """交给后台去取。

    抛 ``Conflict``：正在取（fetch_active）。
    """
    locked = Connection.objects.within(scope).select_for_update(of=("self",)).get(pk=connection.pk)
    if locked.job_id in live_jobs():
        raise Conflict("后台正在取，请等它取完。", code="fetch_active")
    locked.job_id = defer(FETCH_TASK, connection_id=locked.pk)
    locked.save(update_fields=["job_id"])


def connection_fetch(*, connection_id: int) -> None:
    """后台取一次数，像收到一个文件那样收下。无论成败都留下说明。"""
    with claimed(FETCH, 1_000_000 + connection_id) as mine:
        connection = Connection.objects.within(EVERYTHING).filter(pk=connection_id, enabled=True).first()
        if not mine or connection is None:
            return
        try:
            text, ok = _fetched(connection), True
        except ServiceError as error:
            text, ok = error.message, error.code == "same_file"
        _told(connection, text, ok=ok)


def connections_due(*, now: datetime | None = None) -> int:
    """到了时候的连接，各交给后台取一次；上次没有取成的，第二天再取，不等下一期。"""
    at = timezone.localtime(now)
    done = 0
    for connection in Connection.objects.within(EVERYTHING).filter(enabled=True, every_days__gt=0):
        last = timezone.localtime(connection.tried_at).date() if connection.tried_at else None
        wait = timedelta(days=connection.every_days if connection.tried_ok else 1)
        if at.hour < connection.at_hour or (last and at.date() - last < wait):
            continue
        if connection.job_id not in live_jobs():
            connection_defer(connection=connection, scope=EVERYTHING)
            done += 1
    return done


def target_of(connection: Connection, *, timeout: int | None = None) -> Target:
    """连接成了取数的目标；地址、文件在这里查。"""
    path = None
    if connection.kind == Connection.Kind.SQLITE:
        folder = county_folder(connection.division_code).resolve()
        path = (folder / connection.database).resolve()
        if not path.is_relative_to(folder):
            raise ExchangeError("SQLite 文件要放在本县的数据文件夹里，填它在里面的文件名。", code="bad_path")
    else:
        _check_host(connection)
    return Target(
        kind=connection.kind,
        database=connection.database,
        query=connection.query,
        host=connection.host,
        port=connection.port,
        username=connection.username,
        password=str(connection.password or ""),
        path=path,
        timeout_seconds=timeout or connection.timeout_seconds,
        row_limit=connection.row_limit,
    )


def _check_host(connection: Connection) -> None:
    """地址只能是域名或 IP；不许指到本系统自己的数据库。"""
    if not HOST.fullmatch(connection.host):
        raise ExchangeError("服务器地址写得不对，请填域名或 IP。", code="bad_host")
    own = settings.DATABASES["default"]
    same_port = (connection.port or 5432) == int(own.get("PORT") or 5432)
    if connection.host == own.get("HOST") and same_port and connection.kind == Connection.Kind.POSTGRESQL:
        raise ExchangeError("这是本系统自己的数据库，不能从这里取数。", code="own_database")


def _fetched(connection: Connection) -> str:
    from jiuzhu.web.exchange.databases import fetch  # noqa: PLC0415  载入较慢

    got = fetch(target_of(connection))
    if not got.rows:
        raise ExchangeError("连上了，但没有取到一行。请核对查询的条件。", code="no_rows")
    actor = Actor.system("数据库取数", division_code=connection.division_code)
    arrival = Arrival(
        connection.division_code,
        Channel.DATABASE,
        f"{title_of(connection.source)}（数据库）",
        connection.organisation,
        source_hint=connection.source,
    )
    file_receive(stored=vault.store([got.data]), arrival=arrival, actor=actor)
    return f"取到 {got.rows:,} 行，已交给后台接收。"


@transaction.atomic
def _told(connection: Connection, text: str, *, ok: bool) -> None:
    rows = Connection.objects.within(EVERYTHING).filter(pk=connection.pk)
    rows.update(tried_at=timezone.now(), tried_text=text[:300], tried_ok=ok)
    record(
        actor=Actor.system("数据库取数", division_code=connection.division_code),
        action="exchange.connection_fetch",
        subject=Subject("exchange.connection", str(connection.pk), title_of(connection.source)),
    )
