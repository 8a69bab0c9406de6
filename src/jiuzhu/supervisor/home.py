"""数据目录：一个实例的全部状态都在这里，一个目录同时只归一个运行管理进程。

```
HOME/            0700（以 root 运行时 0710，组为数据库用户，别人一概不能进）
├── keys/        django.secret、identity.key、data.keys，0600
├── postgres/    data/ 与套接字
├── run/         锁、准备步骤的戳记
├── logs/        postgres.log web.log worker.log
├── static/      收集好的静态文件
├── demo/        演示县
└── runs/        历次监测的结果
```
"""

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from .errors import HomeBusyError, HomeError

FOLDERS = ("keys", "run", "logs")
RESTORING = "RESTORING"  # 恢复没有做完、或还缺密钥时的说明；有它就不启动


@dataclass(frozen=True)
class Home:
    """数据目录的路径；``create`` 之后各路径可用。"""

    root: Path

    @classmethod
    def create(cls, root: Path) -> Self:
        """建立目录并收紧权限；重复调用无害。"""
        home = cls(root.expanduser().resolve())
        try:
            home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if home.root.stat().st_uid == os.geteuid():
                mode = home.root.stat().st_mode & 0o777
                home.root.chmod(mode & (0o710 if os.geteuid() == 0 else 0o700) | 0o700)
            for name in FOLDERS:
                (home.root / name).mkdir(mode=0o700, exist_ok=True)
        except (PermissionError, FileExistsError, NotADirectoryError, OSError) as error:
            raise HomeError(
                f"数据目录 {home.root} 不能用：{error.strerror}。请换一个目录（--home），或用它的所有者运行。"
            ) from error
        if not os.access(home.root, os.R_OK | os.W_OK | os.X_OK):
            raise HomeError(f"没有权限使用数据目录 {home.root}。请换一个目录（--home），或用它的所有者运行。")
        return home

    @property
    def secret_file(self) -> Path:
        return self.root / "keys" / "django.secret"

    @property
    def identity_key_file(self) -> Path:
        return self.root / "keys" / "identity.key"

    @property
    def data_keys_file(self) -> Path:
        return self.root / "keys" / "data.keys"

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def demo(self) -> Path:
        return self.root / "demo"

    @property
    def static(self) -> Path:
        return self.root / "static"

    @property
    def accounts_file(self) -> Path:
        return self.root / "demo-accounts.json"

    @property
    def stamp_file(self) -> Path:
        return self.root / "run" / "prepared.json"

    @property
    def metrics(self) -> Path:
        return self.root / "run" / "metrics"

    @property
    def instance_file(self) -> Path:
        return self.root / "run" / "instance.json"


def check_restored(home: Home) -> None:
    """恢复没有做完、或还缺密钥的目录不能启动：抛 ``HomeError``，说明该怎么办。"""
    marker = home.root / RESTORING
    if marker.exists():
        raise HomeError(f"数据目录 {home.root} 还不能启动：{marker.read_text(encoding='utf-8').strip()}")


class HomeLock:
    """对数据目录的独占。进程死了（包括 ``kill -9``）锁自动消失。"""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        """取得独占；已被占用时抛 ``HomeBusyError``，说明由哪个进程、在哪个网址运行。"""
        descriptor = os.open(self._home.root / "run" / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise HomeBusyError(_busy_message(self._home)) from error
        self._descriptor = descriptor
        return self

    def __exit__(self, *_: object) -> None:
        if self._descriptor is not None:
            self._home.instance_file.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = None


def write_instance(home: Home, *, pid: int, url: str, database_url: str) -> None:
    """记下正在运行的实例，供第二次启动时提示，供 `jiuzhu manage` 找到数据库。"""
    draft = home.instance_file.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({"pid": pid, "url": url, "database_url": database_url}), encoding="utf-8")
    draft.replace(home.instance_file)


def read_instance(home: Home) -> dict[str, str | int]:
    """正在运行（或刚被杀掉）的实例；没有记录时为空。"""
    try:
        content = json.loads(home.instance_file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _busy_message(home: Home) -> str:
    known = read_instance(home)
    where = f"（进程 {known['pid']}，{known['url']}）" if {"pid", "url"} <= known.keys() else ""
    return (
        f"数据目录 {home.root} 已有一个救助平台在运行{where}。\n"
        "请直接使用它；要停止它，在它的窗口按 Ctrl-C；要另开一个，用 --home 换一个目录、用 --port 换一个端口。"
    )
