"""数据目录里的：磁盘、权限、密钥、备份、日志。"""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from jiuzhu.keys import DATA_KEYS_VARIABLE, KeyFileError, read_data_keys, read_identity_key
from jiuzhu.supervisor.home import RESTORING, Home
from jiuzhu.upkeep import status

from .finding import Finding, ago, graded, size

LOW_BYTES, LAST_BYTES = 10e9, 2e9
LOW_SHARE, LAST_SHARE = 0.10, 0.03
BACKUP_HOURS, BACKUP_LATE_HOURS = 26, 72
LOGS_BYTES = 5e9


def disk(home: Home) -> Iterator[Finding]:
    """磁盘"""
    seen = set()
    for path in (home.root, home.postgres / "data", home.root / "uploads", home.root / "backups"):
        if not path.exists() or path.stat().st_dev in seen:
            continue
        seen.add(path.stat().st_dev)
        usage = shutil.disk_usage(path)
        share = usage.free / usage.total
        yield graded(
            "磁盘",
            f"{path} 所在的磁盘还剩 {size(usage.free)}（{share:.0%}）",
            "删去更早的备份（--keep）或换大磁盘；满了数据库会停写",
            fault=usage.free < LAST_BYTES or share < LAST_SHARE,
            attention=usage.free < LOW_BYTES or share < LOW_SHARE,
        )


def permissions(home: Home) -> Iterator[Finding]:
    """数据目录"""
    if (home.root / RESTORING).exists():
        text = (home.root / RESTORING).read_text(encoding="utf-8").strip().splitlines()[0]
        yield Finding.fault("数据目录", f"恢复还没有完：{text}", f"照 {home.root / RESTORING} 里说的做")
    mode = home.root.stat().st_mode & 0o777
    writable = os.access(home.root, os.R_OK | os.W_OK | os.X_OK)
    if mode & 0o067 or not writable:
        told = f"{home.root} 的权限是 {mode:o}" + ("" if writable else "，现在的用户用不了")
        yield Finding.fault("数据目录", told, f"用启动平台的用户运行；chmod 700 {home.root}")
    else:
        yield Finding.ok("数据目录", f"{home.root}，只有本用户进得去")


def keys(home: Home) -> Iterator[Finding]:
    """密钥"""
    identity = Path(os.environ.get("JIUZHU_KEY_FILE") or home.identity_key_file).expanduser()
    data = Path(os.environ.get("JIUZHU_DATA_KEYS_FILE") or home.data_keys_file).expanduser()
    secret = Path(os.environ.get("JIUZHU_SECRET_FILE") or home.secret_file).expanduser()
    files = [("县密钥", identity), ("会话密钥", secret)]
    if not os.environ.get(DATA_KEYS_VARIABLE):
        files.insert(1, ("数据密钥", data))
    good = True
    for name, path in files:
        if problem := _key_problem(name, path):
            good = False
            yield problem
    if good:
        yield Finding.ok("密钥", "县密钥、数据密钥、会话密钥都在，读得懂，只有本用户能读")


def _key_problem(name: str, path: Path) -> Finding | None:
    restore = "从密钥备份恢复；不要删掉让程序重新生成，那样原来的数据就打不开了"
    try:
        if name == "县密钥":
            read_identity_key(path)
        elif name == "数据密钥":
            read_data_keys(path)
        elif len(path.read_text(encoding="utf-8").strip()) < 32:
            return Finding.fault("密钥", f"{name} {path} 内容过短", "删除它，重新启动会生成；所有人要重新登录")
    except KeyFileError as error:
        return Finding.fault("密钥", error.message, restore)
    except FileNotFoundError:
        return Finding.fault("密钥", f"没有{name} {path}", restore)
    except (OSError, UnicodeDecodeError) as error:
        return Finding.fault("密钥", f"{name} {path} 读不了：{error}", "用启动平台的用户运行")
    if path.stat().st_mode & 0o077:
        return Finding.fault(
            "密钥", f"{name} {path} 的权限是 {path.stat().st_mode & 0o777:o}，别人也能读", f"chmod 600 {path}"
        )
    return None


def backups(home: Home) -> Iterator[Finding]:
    """备份"""
    last, now = status.read(home), datetime.now().astimezone()
    advice = "执行 jiuzhu backup，并装上每天备份的定时器（见 docs/backup.md）"
    if last.failed_at:
        yield Finding.fault(
            "备份", f"上一次没有做成（{ago((now - last.failed_at).total_seconds())}前）：{last.reason}", advice
        )
    if last.made_at is None:
        yield Finding.attention("备份", "没有做过备份的记录", advice)
    else:
        hours = (now - last.made_at).total_seconds() / 3600
        told = f"上一次在 {ago(hours * 3600)}前，{last.folder}"
        yield graded("备份", told, advice, fault=hours > BACKUP_LATE_HOURS, attention=hours > BACKUP_HOURS)
        if not Path(last.folder).exists():
            yield Finding.attention("备份", f"{last.folder} 不在了", "确认已移到别处保存；否则马上再做一份")
    yield _keys_backup(home, last.keys_at, now)


def _keys_backup(home: Home, made_at: datetime | None, now: datetime) -> Finding:
    if made_at is None:
        return Finding.attention("密钥备份", "没有做过", "执行 jiuzhu backup --with-keys 文件，存到与备份不同的地方")
    if home.data_keys_file.exists() and home.data_keys_file.stat().st_mtime > made_at.timestamp():
        return Finding.attention(
            "密钥备份", "数据密钥在上次密钥备份之后换过", "再做一次 jiuzhu backup --with-keys 文件"
        )
    return Finding.ok("密钥备份", f"上一次在 {ago((now - made_at).total_seconds())}前")


def logs(home: Home) -> Iterator[Finding]:
    """日志"""
    used = sum(path.stat().st_size for path in home.logs.glob("*")) if home.logs.is_dir() else 0
    yield graded(
        "日志",
        f"共 {size(used)}",
        f"看看 {home.logs} 里哪一种在猛涨；留存不少于六个月，不要随手删",
        fault=False,
        attention=used > LOGS_BYTES,
    )
