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
    """上一次做成的时间与所在；上一次没做成的时间与原因。"""

    made_at: datetime | None = None
    folder: str = ""
    failed_at: datetime | None = None
    reason: str = ""


def read(home: Home) -> Last:
    """没有记录、读不懂时都是空的。"""
    try:
        content = json.loads((home.root / FILE).read_text(encoding="utf-8"))
        made, failed = content.get("made_at"), content.get("failed_at")
        return Last(
            datetime.fromisoformat(made) if made else None,
            content.get("folder", ""),
            datetime.fromisoformat(failed) if failed else None,
            content.get("reason", ""),
        )
    except (OSError, ValueError, AttributeError):
        return Last()


def record_success(home: Home, folder: Path, manifest: Manifest) -> None:
    """做成了：以前的失败不再提。"""
    _write(home, {"made_at": manifest.made_at, "folder": str(folder)})


def record_failure(home: Home, error: BaseException) -> None:
    """没做成：保留上一次做成的。"""
    last = read(home)
    reason = error.message if isinstance(error, JiuzhuError) else type(error).__name__
    content = {"failed_at": datetime.now().astimezone().isoformat(timespec="seconds"), "reason": reason}
    if last.made_at:
        content |= {"made_at": last.made_at.isoformat(), "folder": last.folder}
    _write(home, content)


def _write(home: Home, content: dict[str, str]) -> None:
    file = home.root / FILE
    with contextlib.suppress(OSError):  # 磁盘满时记不下来，命令自己已经报了错
        draft = file.with_suffix(".new")
        draft.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        draft.replace(file)
