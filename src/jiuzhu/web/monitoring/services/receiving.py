"""监测之前的数据：有没有可读的；文件夹里新来的先收下，还没收完的先收完。"""

import time
from typing import TYPE_CHECKING

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.exchange.folders import found_files
from jiuzhu.web.exchange.selectors import current_batches, pending_batches
from jiuzhu.web.exchange.services import folder_scan, intake_finish
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.monitoring.models import Run

if TYPE_CHECKING:
    from collections.abc import Callable

AT_ONCE = 0.0  # 首次启动：文件是随程序备好的，不必等它静下来
SETTLED = 30.0
PATIENCE = 120.0  # 秒；后台里等，页面上看得见在等什么
PAUSE = 2.0


def anything_to_read(division_code: str) -> bool:
    """收好的批、正在收的批，或文件夹里的文件，有一样就行。文件夹里是别的县的，抛 ``ServiceError``。"""
    if current_batches(division_code) or pending_batches(division_code).exists():
        return True
    return bool(found_files(division_code))


def receive(run: Run, progress: "Callable[[str, int, int], None]") -> None:
    """收下文件夹里新来的，把这个县还没看的、没收的都收完。刚放进去、还在拷的，等它静下来一并收。

    抛 ``ServiceError``（files_arriving）：等了两分钟还在拷，又没有别的数据可用。
    """
    actor = Actor.system("监测", division_code=run.division_code)
    settled = AT_ONCE if run.trigger == Run.Trigger.FIRST else SETTLED
    deadline = time.monotonic() + PATIENCE
    scan = folder_scan(division_code=run.division_code, actor=actor, settled=settled)
    while (scan.waiting or scan.busy) and time.monotonic() < deadline:
        progress("等文件拷完", 0, len(scan.waiting))
        time.sleep(PAUSE)
        scan = folder_scan(division_code=run.division_code, actor=actor, settled=settled)
    intake_finish(division_code=run.division_code, progress=progress)
    if scan.waiting and not current_batches(run.division_code):
        names = "、".join(f"“{name}”" for name in scan.waiting[:3])
        raise ServiceError(
            f"数据文件夹里的 {names} 等 {len(scan.waiting)} 个文件还在写入，没有监测。请等文件拷完再发起。",
            code="files_arriving",
        )
