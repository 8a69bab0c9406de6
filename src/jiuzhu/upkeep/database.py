"""备份与恢复要用的数据库：找到它（在运行的、停着的、外部的），取一致的快照，倒出，装回。"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import conninfo, sql

from jiuzhu.errors import JiuzhuError
from jiuzhu.logs import scrub
from jiuzhu.supervisor.cluster import APP_ROLE, SUPERUSER, Binaries, environment
from jiuzhu.supervisor.home import Home, HomeLock, read_instance
from jiuzhu.supervisor.postgres import Postgres, Postmaster

TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
ORDER BY 1, 2"""
ROLES = """
SELECT r.rolname FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
WHERE d.refclassid = 'pg_authid'::regclass AND NOT r.rolsuper
  AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
GROUP BY 1 ORDER BY 1"""
MIGRATIONS = "SELECT app || '.' || name FROM django_migrations ORDER BY 1"
LOCK_SECONDS = 60
SYSTEM_FOLDERS = ("/usr/lib/postgresql/{major}/bin", "/usr/pgsql-{major}/bin", "/usr/local/pgsql/bin")


class DatabaseError(JiuzhuError):
    """数据库连不上，或 pg_dump、pg_restore 没有办成。"""

    code = "upkeep_database"


@dataclass(frozen=True)
class Source:
    """要备份（或要装入）的数据库。``url`` 用的身份看得到全部行；``ours`` 表示是内嵌的。"""

    url: str
    ours: bool
    running: bool = True

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        """连上；连不上时说清楚，不漏口令。"""
        try:
            return psycopg.connect(self.url, connect_timeout=10)
        except psycopg.OperationalError as error:
            reason = scrub(str(error).strip().splitlines()[-1])
            raise DatabaseError(
                f"连不上数据库：{reason}。请用启动平台的系统用户运行本命令，并确认数据库在运行、DATABASE_URL 没有写错。"
            ) from error


@contextmanager
def opened(home: Home) -> Iterator[Source]:
    """这个实例的数据库：``DATABASE_URL`` 指定的、正在运行的，或停着的（独占数据目录临时启动，用完停掉）。"""
    if (source := running_source(home)) is not None:
        yield source
        return
    if not (home.postgres / "data" / "PG_VERSION").exists():
        raise DatabaseError(
            f"数据目录 {home.root} 里没有数据库。请用 --home 指对目录；用外部数据库的，请设 DATABASE_URL。"
        )
    with HomeLock(home):
        postgres = Postgres(home.postgres, home.logs / "postgres.log")
        try:
            postgres.start()
            yield Source(postgres.url(user=SUPERUSER), ours=True, running=False)
        finally:
            postgres.stop()


def running_source(home: Home) -> Source | None:
    """外部的，或正在运行的内嵌数据库；内嵌的停着时为空。"""
    if url := os.environ.get("DATABASE_URL", "").strip() or _external(home):
        return Source(url, ours=False)
    data = home.postgres / "data"
    known = Postmaster.read(data)
    if known is not None and known.process(data) is not None:
        return Source(socket_url(Path(known.sockets)), ours=True)
    return None


def socket_url(sockets: Path) -> str:
    """内嵌数据库的超级用户地址：备份不受行级权限限制。"""
    return f"postgresql://{SUPERUSER}@/{APP_ROLE}?host={quote(str(sockets), safe='/')}"


@dataclass(frozen=True)
class Snapshot:
    """同一时刻的库：快照编号、各表行数、迁移、用到的角色、服务器版本。"""

    number: str
    tables: dict[str, int]
    migrations: list[str]
    roles: list[str]
    server: str


@contextmanager
def snapshot(source: Source) -> Iterator[Snapshot]:
    """开一个只读的可重复读事务并导出快照；在此期间 ``dump`` 用它，与各表行数是同一时刻的。"""
    with source.connect() as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        try:
            taken = _take(connection)
        except psycopg.errors.InsufficientPrivilege as error:
            raise DatabaseError(
                "这个身份看不到全部的行，备份会不全。请用各表的所有者（做迁移的那个用户）备份，不要用 jiuzhu_web。"
            ) from error
        yield taken


def _take(connection: "psycopg.Connection[tuple[object, ...]]") -> Snapshot:
    connection.execute("SET LOCAL row_security = off")  # 看不全时报错，而不是悄悄少备份
    number = str(_one(connection, "SELECT pg_export_snapshot()"))
    if ("public", "django_migrations") not in connection.execute(TABLES).fetchall():
        raise DatabaseError("数据库里还没有救助平台的表，没有可备份的。请先用 jiuzhu up 启动一次。")
    return Snapshot(
        number=number,
        tables=count_tables(connection),
        migrations=[str(row[0]) for row in connection.execute(MIGRATIONS)],
        roles=[str(row[0]) for row in connection.execute(ROLES)],
        server=str(_one(connection, "SHOW server_version")),
    )


def count_tables(connection: "psycopg.Connection[tuple[object, ...]]") -> dict[str, int]:
    """各表的行数。"""
    counts = {}
    for schema, name in connection.execute(TABLES).fetchall():
        query = sql.SQL("SELECT count(*) FROM {}.{}").format(sql.Identifier(str(schema)), sql.Identifier(str(name)))
        row = connection.execute(query).fetchone()
        counts[f"{schema}.{name}"] = int(str(row[0])) if row else 0
    return counts


def dump(source: Source, snapshot: Snapshot, target: Path) -> None:
    """按快照倒出到 ``target``。"""
    arguments = ["--format=custom", "--compress=gzip:3", f"--snapshot={snapshot.number}"]
    arguments += [f"--lock-wait-timeout={LOCK_SECONDS}s", "--no-password", f"--file={target}"]
    run_tool("pg_dump", arguments, source, server=snapshot.server)
    target.chmod(0o600)


def load(source: Source, archive: Path, *, jobs: int = 2) -> None:
    """把备份装进空库：一处不对就停。内嵌的库里各表归 ``jiuzhu``。"""
    arguments = ["--exit-on-error", "--no-owner", f"--jobs={jobs}", "--no-password"]
    if source.ours:
        arguments.append(f"--role={APP_ROLE}")
    with source.connect() as connection:
        server = str(_one(connection, "SHOW server_version"))
    run_tool("pg_restore", [*arguments, str(archive)], source, server=server, named_database=True)
    with source.connect() as connection:
        connection.autocommit = True
        connection.execute("ANALYZE")


def run_tool(name: str, arguments: Sequence[str], source: Source, *, server: str, named_database: bool = False) -> None:
    """运行 pg_dump、pg_restore。口令走环境变量，不上命令行（`ps` 看得到）。"""
    parts = conninfo.conninfo_to_dict(source.url)
    password = parts.pop("password", None)
    target = conninfo.make_conninfo("", **parts)
    surroundings = environment() | ({"PGPASSWORD": str(password)} if password else {})
    argv = [str(_tool(name, server)), *arguments, *(["--dbname", target] if named_database else [target])]
    done = subprocess.run(argv, env=surroundings, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise DatabaseError(f"{name} 没有办成：{_reason(done.stderr)}")


def ensure_empty(source: Source) -> None:
    """库里已有表就不往里装。"""
    with source.connect() as connection:
        if connection.execute(TABLES).fetchall():
            raise DatabaseError("目标数据库里已经有表，没有动它。请给一个空的数据库。")


def ensure_roles(source: Source, roles: Sequence[str]) -> None:
    """备份里用到的角色都要有：内嵌的库里缺的补上；外部的说明请管理员建。"""
    with source.connect() as connection:
        have = {str(row[0]) for row in connection.execute("SELECT rolname FROM pg_roles")}
        missing = [role for role in roles if role not in have]
        if missing and not source.ours:
            raise DatabaseError(f"目标数据库缺角色 {'、'.join(missing)}。请数据库管理员建好（CREATE ROLE）再恢复。")
        for role in missing:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))


def _external(home: Home) -> str:
    """正在运行的实例用的外部数据库；用内嵌的时为空。"""
    url = str(read_instance(home).get("database_url", ""))
    return "" if not url or (home.postgres / "data" / "PG_VERSION").exists() else url


def _tool(name: str, server: str) -> Path:
    """不低于服务器版本的程序：安装包自带的，或系统里装的。"""
    binaries, wanted = Binaries.embedded(), int(server.partition(".")[0].split()[0])
    if int(binaries.major()) >= wanted:
        return binaries.folder / name
    folders = [Path(folder.format(major=wanted)) for folder in SYSTEM_FOLDERS]
    found = next((folder / name for folder in folders if (folder / name).exists()), None) or shutil.which(name)
    if found is None:
        raise DatabaseError(f"服务器是 PostgreSQL {server}，没有同版本的 {name}。请安装 postgresql-client-{wanted}。")
    return Path(found)


def _reason(stderr: str) -> str:
    """错误的第一句；明细与上下文里有数据，不要。"""
    lines = [line for line in stderr.splitlines() if "error:" in line]
    return scrub(lines[0].partition("error:")[2].strip()) if lines else "没有说明"


def _one(connection: "psycopg.Connection[tuple[object, ...]]", query: str) -> object:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


Say = Callable[[str], None]
