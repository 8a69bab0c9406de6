"""数据库以哪个系统用户运行。PostgreSQL 拒绝以 root 运行，所以 root 启动时改用专门的用户。

数据目录若在那个用户进不去的地方（例如 /root 之下），不去放宽别人的目录权限，
而是只给数据库进程一项「越过目录读取限制」的能力（Linux ambient capability，经 util-linux 的 ``setpriv``）。
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import PostgresError

DEFAULT_ACCOUNT = "jiuzhu-postgres"
# Linux 能力的编号：先用只读的，没有再用可写的
CAPABILITIES = (("dac_read_search", 2), ("dac_override", 1))


@dataclass(frozen=True)
class Account:
    """数据库进程的系统用户。``switch`` 为真表示启动时要从 root 换过去，``capability`` 是换过去时保留的能力。"""

    name: str
    uid: int
    gid: int
    switch: bool = False
    capability: str = ""

    def launch(self, argv: Sequence[str | Path]) -> tuple[list[str], dict[str, Any]]:
        """以该用户执行 ``argv`` 所需的命令行与 ``subprocess`` 参数。"""
        command = [str(part) for part in argv]
        if not self.switch:
            return command, {}
        if not self.capability:
            return command, {"user": self.uid, "group": self.gid, "extra_groups": []}
        keep = f"-all,+{self.capability}"
        prefix = ["setpriv", f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        limits = [f"--inh-caps={keep}", f"--ambient-caps={keep}", f"--bounding-set={keep}"]
        # 没有这一位，access(2) 按真实用户判断而不计能力，initdb 会说找不到同目录的 postgres
        return [*prefix, *limits, "--securebits=+no_setuid_fixup", "--", *command], {}

    def own(self, path: Path) -> None:
        """把一个目录或文件归给该用户。"""
        if self.switch:
            os.chown(path, self.uid, self.gid)


def choose_account(folder: Path, *needed: Path) -> Account:
    """选定数据库用户，保证它走得到 ``folder`` 与 ``needed`` 各路径。

    已有数据的目录沿用数据的所有者；否则用 ``JIUZHU_POSTGRES_USER`` 或 ``jiuzhu-postgres``（没有就建一个系统用户）。
    """
    if os.geteuid() != 0:
        return _current()
    entry = _owner(folder) or _named(os.environ.get("JIUZHU_POSTGRES_USER", DEFAULT_ACCOUNT))
    account = Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=True)
    account.own(folder)
    os.chown(folder.parent, -1, account.gid)
    folder.parent.chmod(folder.parent.stat().st_mode & 0o700 | 0o010)
    if all(reachable(path, account.uid, account.gid) for path in (folder / "data", *needed)):
        return account
    return Account(account.name, account.uid, account.gid, switch=True, capability=_capability(folder))


def reachable(path: Path, uid: int, gid: int) -> bool:
    """该用户能否从根走到 ``path``（只看各级上层目录的执行权限）。"""
    for parent in path.resolve().parents:
        if not parent.exists():
            continue
        status = parent.stat()
        bit = 0o100 if status.st_uid == uid else 0o010 if status.st_gid == gid else 0o001
        if not status.st_mode & bit:
            return False
    return True


def _current() -> Account:
    uid = os.geteuid()
    try:
        entry = pwd.getpwuid(uid)
    except KeyError as error:
        raise PostgresError(
            f"当前用户（uid {uid}）在系统里没有用户名，PostgreSQL 不能以它运行。请换一个有用户名的用户，或用 DATABASE_URL。"
        ) from error
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _owner(folder: Path) -> pwd.struct_passwd | None:
    """已有数据的所有者；还没有数据、归 root 或已无此用户时为空。"""
    data = folder / "data"
    if not data.exists() or data.stat().st_uid == 0:
        return None
    try:
        return pwd.getpwuid(data.stat().st_uid)
    except KeyError:
        return None


def _named(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        _create(name)
    try:
        return pwd.getpwnam(name)
    except KeyError as error:
        raise PostgresError(
            f"不能建立运行数据库的系统用户 {name}。"
            "请用普通用户运行，或先建好它，或以 JIUZHU_POSTGRES_USER 指定一个现有的用户。"
        ) from error


def _create(name: str) -> None:
    """建一个不能登录、没有家目录的系统用户；建不成时由调用者说明。"""
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd:
        options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        command = [useradd, *options, "--shell", "/usr/sbin/nologin", name]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _capability(folder: Path) -> str:
    permitted = _permitted_capabilities()
    for name, number in CAPABILITIES:
        if permitted >> number & 1 and shutil.which("setpriv"):
            return name
    raise PostgresError(
        f"以 root 运行时，数据库用户进不去 {folder} 的某个上层目录。"
        "请用 --home 把数据目录放到别处（例如 /var/lib/jiuzhu），或用普通用户运行。"
    )


def _permitted_capabilities() -> int:
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except FileNotFoundError:  # 不是 Linux
        return 0
    return next((int(line.split()[1], 16) for line in lines if line.startswith("CapPrm:")), 0)
