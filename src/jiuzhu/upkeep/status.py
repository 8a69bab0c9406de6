"""上一次备份的成败，记在数据目录的 run/ 里，供体检与指标查看。"""

import contextlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jiuzhu.errors import JiuzhuError
from jiuzhu.supervisor.home import Home

from .manifest import Manifest

FILE = "run/backup.json"


@dataclass(frozen=True)
class Last:
    """上一次做成的时间与所在；上一次没做成的时间与原因；上一次密钥备份的时间。"""

    made_at: datetime | None = None
    folder: str = ""
    failed_at: datetime | None = None
    reason: str = ""
    keys_at: datetime | None = None


def read(home: Home) -> Last:
    """没有记录、读不懂时都是空的。"""
    try:
        content = json.loads((home.root / FILE).read_text(encoding="utf-8"))
        return Last(
            _moment(content.get("made_at")),
            content.get("folder", ""),
            _moment(content.get("failed_at")),
            content.get("reason", ""),
            _moment(content.get("keys_at")),
        )
    except (OSError, ValueError, AttributeError):
        return Last()


def record_success(home: Home, folder: Path, manifest: Manifest, *, with_keys: bool) -> None:
    """做成了：以前的失败不再提。"""
    content = {"made_at": manifest.made_at, "folder": str(folder)}
    keys_at = manifest.made_at if with_keys else _text(read(home).keys_at)
    _write(home, content | ({"keys_at": keys_at} if keys_at else {}))


def record_failure(home: Home, error: BaseException) -> None:
    """没做成：保留上一次做成的。"""
    last = read(home)
    reason = error.message if isinstance(error, JiuzhuError) else type(error).__name__
    kept = {"made_at": _text(last.made_at), "folder": last.folder, "keys_at": _text(last.keys_at)}
    content = {"failed_at": datetime.now().astimezone().isoformat(timespec="seconds"), "reason": reason}
    _write(home, content | {name: value for name, value in kept.items() if value})


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _write(home: Home, content: dict[str, str]) -> None:
    file = home.root / FILE
    with contextlib.suppress(OSError):  # 磁盘满时记不下来，命令自己已经报了错
        draft = file.with_suffix(".new")
        draft.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        draft.replace(file)
