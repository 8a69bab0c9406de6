"""数据库里的：版本、迁移、身份、行级权限、保养、后台任务、时钟、审计。"""

import time
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import psycopg

from jiuzhu.supervisor.cluster import WEB_ROLE
from jiuzhu.supervisor.home import Home
from jiuzhu.upkeep import program
from jiuzhu.upkeep.database import MIGRATIONS, running_source

from .finding import Finding, ago, graded, size

Connection = psycopg.Connection[dict[str, Any]]
OLDEST_SERVER = 15
CLOCK_SECONDS = 2.0
XID_AGE, XID_LAST_AGE = 500_000_000, 1_000_000_000
HEARTBEAT_SECONDS = 60
WAITING_MINUTES = 15
IDLE_MINUTES = 10


def everything(home: Home) -> Iterator[Finding]:
    """数据库"""
    source = running_source(home)
    if source is None:
        yield Finding.attention("数据库", "没有在运行，数据库里的各项没有查", "启动平台后再查一遍")
        return
    with source.connect() as connection:
        connection.autocommit = True
        connection.row_factory = psycopg.rows.dict_row  # type: ignore[assignment]
        typed: Connection = connection  # type: ignore[assignment]
        yield from _server(typed)
        yield from _clock(typed)
        if not _one(typed, "SELECT to_regclass('public.django_migrations') IS NOT NULL"):
            yield Finding.fault("数据库迁移", "一个也没有做", "jiuzhu up 启动时会做")
            return
        for check in (_migrations, _role, _row_security, _maintenance, _connections, _worker, _jobs, _audit):
            yield from check(typed)


def _server(connection: Connection) -> Iterator[Finding]:
    row = _row(
        connection,
        "SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int / 10000 AS major,"
        " pg_encoding_to_char(encoding) AS encoding, pg_database_size(current_database()) AS size"
        " FROM pg_database WHERE datname = current_database()",
    )
    told = f"PostgreSQL {row['version']}，{size(row['size'])}"
    if row["major"] < OLDEST_SERVER:
        yield Finding.fault("数据库", told, f"升级到 PostgreSQL {OLDEST_SERVER} 以上")
    elif row["encoding"] != "UTF8":
        yield Finding.fault("数据库", f"{told}，编码是 {row['encoding']}", "建一个 UTF8 编码的库，备份后恢复过去")
    else:
        yield Finding.ok("数据库", told)
    failures = _one(connection, "SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database")
    if failures:
        yield Finding.fault("数据校验", f"发现 {failures} 处数据页损坏", "磁盘可能坏了：马上备份，换磁盘，从备份恢复")


def _clock(connection: Connection) -> Iterator[Finding]:
    before = time.time()
    there = float(_one(connection, "SELECT extract(epoch FROM clock_timestamp())"))
    off = abs(there - (before + time.time()) / 2)
    yield graded(
        "数据库时钟",
        f"与本机相差 {off:.1f} 秒",
        "两台机器都接同一个对时服务器（NTP）",
        fault=off > 60,
        attention=off > CLOCK_SECONDS,
    )


def _migrations(connection: Connection) -> Iterator[Finding]:
    done = {str(next(iter(row.values()))) for row in connection.execute(MIGRATIONS)}
    known = program.known_migrations()
    if unknown := done - known:
        yield Finding.fault(
            "数据库迁移", f"库里有 {len(unknown)} 个程序不认识的", "程序比数据旧：换回原来的版本或更新的版本"
        )
    if pending := known - done:
        yield Finding.fault("数据库迁移", f"还有 {len(pending)} 个没有做", "重新启动平台，启动时会做")
    if done == known:
        yield Finding.ok("数据库迁移", f"{len(done)} 个都已做")


def _role(connection: Connection) -> Iterator[Finding]:
    row = connection.execute(
        "SELECT oid, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb AS powerful,"
        " (SELECT count(*) FROM pg_class WHERE relowner = r.oid) AS owned FROM pg_roles r WHERE rolname = %s",
        [WEB_ROLE],
    ).fetchone()
    if row is None:
        yield Finding.fault(
            "数据库身份", f"没有 {WEB_ROLE}，网页连不上", f"请数据库管理员 CREATE ROLE {WEB_ROLE} LOGIN"
        )
    elif row["powerful"] or row["owned"]:
        yield Finding.fault(
            "数据库身份",
            f"{WEB_ROLE} 权力过大（拥有 {row['owned']} 个对象），行级权限可能不起作用",
            "收回它的 SUPERUSER、BYPASSRLS、CREATEROLE、CREATEDB，表改归做迁移的用户",
        )
    else:
        yield Finding.ok("数据库身份", f"{WEB_ROLE} 什么也不拥有")


def _row_security(connection: Connection) -> Iterator[Finding]:
    program.load_django()
    from django.apps import apps  # noqa: PLC0415

    wanted = {model._meta.db_table for model in apps.get_models() if hasattr(model, "scope_filter")}
    rows = connection.execute(
        "SELECT c.relname AS name, c.relrowsecurity AS enabled, EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)"
        " AS has_policy FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
    ).fetchall()
    enabled = {row["name"] for row in rows if row["enabled"]}
    existing = {row["name"] for row in rows}
    wanted = (wanted & existing) | {row["name"] for row in rows if row["has_policy"]}
    if missing := sorted(wanted - enabled):
        yield Finding.fault(
            "行级权限",
            f"{len(missing)} 张表没有开：{'、'.join(missing[:5])}",
            "有人关过：查审计，并重新做迁移或从备份恢复",
        )
    else:
        yield Finding.ok("行级权限", f"{len(wanted)} 张表都开着")


def _maintenance(connection: Connection) -> Iterator[Finding]:
    age = int(_one(connection, "SELECT max(age(datfrozenxid)) FROM pg_database"))
    yield graded(
        "数据库保养",
        f"最老的事务号 {age / 1e8:.1f} 亿",
        "自动清理跟不上：找出长时间不结束的事务，必要时 VACUUM FREEZE",
        fault=age > XID_LAST_AGE,
        attention=age > XID_AGE,
    )
    rows = connection.execute(
        "SELECT relname AS name FROM pg_stat_user_tables WHERE n_dead_tup > 100000 AND n_dead_tup > n_live_tup * 0.3"
        " AND coalesce(greatest(last_autovacuum, last_vacuum), '-infinity') < now() - interval '3 days'"
    ).fetchall()
    if rows:
        names = "、".join(row["name"] for row in rows[:5])
        yield Finding.attention(
            "数据库保养", f"三天没有清理的表：{names}", "VACUUM ANALYZE 这些表，并看自动清理是否被挡住"
        )


def _connections(connection: Connection) -> Iterator[Finding]:
    row = _row(
        connection,
        "SELECT count(*) AS used, current_setting('max_connections')::int AS most,"
        " count(*) FILTER (WHERE state LIKE 'idle in transaction%%' AND state_change < now() - make_interval(mins => %s)) AS stuck"
        " FROM pg_stat_activity WHERE backend_type = 'client backend'",
        IDLE_MINUTES,
    )
    yield graded(
        "数据库连接",
        f"{row['used']} 个，上限 {row['most']}",
        "看是谁占着连接；必要时加大 max_connections",
        fault=row["used"] > row["most"] * 0.95,
        attention=row["used"] > row["most"] * 0.8,
    )
    if row["stuck"]:
        yield Finding.attention(
            "数据库连接", f"{row['stuck']} 个开着事务 {IDLE_MINUTES} 分钟以上不动", "它会挡住清理：重启相应的程序"
        )


def _worker(connection: Connection) -> Iterator[Finding]:
    if not _one(connection, "SELECT to_regclass('public.procrastinate_workers') IS NOT NULL"):
        return
    age = _one(connection, "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers")
    told = "没有后台进程" if age is None else f"后台进程 {float(age):.0f} 秒前报过到"
    yield graded(
        "后台进程",
        told,
        "看 logs/worker.log；systemctl restart jiuzhu。到期提醒、核验、封条都靠它",
        fault=age is None or float(age) > HEARTBEAT_SECONDS,
        attention=False,
    )


def _jobs(connection: Connection) -> Iterator[Finding]:
    if not _one(connection, "SELECT to_regclass('public.procrastinate_jobs') IS NOT NULL"):
        return
    row = _row(
        connection,
        "SELECT count(*) FILTER (WHERE status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - interval '5 minutes'))"
        "  AS stalled,"
        " count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, '-infinity') < now() - make_interval(mins => %s)"
        "  AND NOT EXISTS (SELECT 1 FROM procrastinate_events e WHERE e.job_id = j.id AND e.at > now() - make_interval(mins => %s)))"
        "  AS waiting"
        " FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id WHERE status IN ('todo', 'doing')",
        WAITING_MINUTES,
        WAITING_MINUTES,
    )
    failed = connection.execute(
        "SELECT task_name AS name, count(DISTINCT j.id) AS times FROM procrastinate_jobs j"
        " JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'failed' AND e.at > now() - interval '1 day'"
        " WHERE j.status = 'failed' GROUP BY 1 ORDER BY 2 DESC"
    ).fetchall()
    if row["stalled"]:
        yield Finding.attention(
            "后台任务",
            f"{row['stalled']} 个做到一半没有人管",
            "后台进程重启后会自己收拾；十分钟后还在，请看 worker.log",
        )
    if row["waiting"]:
        yield Finding.attention(
            "后台任务", f"{row['waiting']} 个排队超过 {WAITING_MINUTES} 分钟", "后台进程停了或太忙，看 worker.log"
        )
    if failed:
        names = "、".join(f"{one['name']} {one['times']} 次" for one in failed[:5])
        yield Finding.attention("后台任务", f"一天之内失败：{names}", "在 worker.log 里按任务名找原因")
    if not row["stalled"] and not row["waiting"] and not failed:
        yield Finding.ok("后台任务", "没有积压，一天之内没有失败")


def _audit(connection: Connection) -> Iterator[Finding]:
    if not _one(connection, "SELECT to_regclass('public.audit_seal') IS NOT NULL"):
        return
    first: datetime | None = _one(connection, "SELECT min(at) FROM audit_entry")
    sealed: date | None = _one(connection, "SELECT max(day) FROM audit_seal")
    young = first is None or (datetime.now(first.tzinfo) - first).days < 2
    days = None if sealed is None else (datetime.now().astimezone().date() - sealed).days
    if days is None and young:
        yield Finding.ok("审计封条", "刚开始用，零点后会封第一张")
    else:
        yield graded(
            "审计封条",
            "一张也没有" if sealed is None else f"封到 {sealed.year}年{sealed.month}月{sealed.day}日",
            "后台进程每天零点后封前一天；补封：jiuzhu audit seal",
            fault=False,
            attention=days is None or days > 2,
        )
    yield _verified(connection, young=young)


def _verified(connection: Connection, *, young: bool) -> Finding:
    row = connection.execute(
        "SELECT action, extract(epoch FROM now() - at) AS age FROM audit_entry"
        " WHERE action IN ('audit.chain_verify', 'audit.chain_broken') ORDER BY at DESC LIMIT 1"
    ).fetchone()
    if row is None:
        told, advice = "还没有核验过", "执行 jiuzhu audit verify"
        return Finding.ok("审计链", told) if young else Finding.attention("审计链", told, advice)
    told = f"上一次核验在 {ago(float(row['age']))}前"
    if row["action"] == "audit.chain_broken":
        return Finding.fault(
            "审计链", f"{told}，发现问题", "保留现场，执行 jiuzhu audit verify 看是哪一条，告诉安全负责人"
        )
    advice = "后台进程每天核验；现在就核：jiuzhu audit verify"
    return graded("审计链", f"{told}，没有发现问题", advice, fault=False, attention=float(row["age"]) > 3 * 86400)


def _row(connection: Connection, query: str, *parameters: object) -> dict[str, Any]:
    row = connection.execute(query, parameters or None).fetchone()
    return row or {}


def _one(connection: Connection, query: str) -> Any:
    return next(iter(_row(connection, query).values()), None)
