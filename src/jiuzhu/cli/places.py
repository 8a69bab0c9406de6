"""默认的数据目录与县密钥在哪里。"""

import os
from pathlib import Path

from jiuzhu.keys import ensure_identity_key

from .console import say

CHECKOUT = Path(__file__).resolve().parents[3]


def default_home() -> Path:
    """``JIUZHU_HOME``；没有设时，检出目录里是 var/，安装来的是 ~/.local/share/jiuzhu。"""
    if given := os.environ.get("JIUZHU_HOME", "").strip():
        return Path(given)
    if (CHECKOUT / "pyproject.toml").is_file():
        return CHECKOUT / "var"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "jiuzhu"


def identity_key() -> bytes:
    """县密钥（32 字节）：``JIUZHU_KEY_FILE``，或数据目录里的；第一次用时生成并提醒备份。"""
    given = os.environ.get("JIUZHU_KEY_FILE", "").strip()
    path = Path(given).expanduser() if given else default_home().expanduser() / "keys" / "identity.key"
    key, created = ensure_identity_key(path)
    if created:
        say(backup_advice(path))
    return key


def backup_advice(path: Path) -> str:
    """新生成密钥时的提醒。"""
    return f"已生成县密钥 {path}。请立即另行备份：人与户的编号由它算出，丢失后历次监测不能再对照，也不能找回。"
