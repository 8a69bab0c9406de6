"""监测之前的数据：有没有可读的；文件夹里新来的先收下，还没收完的先收完。"""

from typing import TYPE_CHECKING

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.exchange.folders import found_files
from jiuzhu.web.exchange.selectors import current_batches, pending_batches
from jiuzhu.web.exchange.services import folder_scan, intake_finish
from jiuzhu.web.monitoring.models import Run

if TYPE_CHECKING:
    from collections.abc import Callable

AT_ONCE = 0.0  # 首次启动：文件是随程序备好的，不必等它静下来
SETTLED = 30.0


def anything_to_read(division_code: str) -> bool:
    """收好的批、正在收的批，或文件夹里的文件，有一样就行。文件夹里是别的县的，抛 ``ServiceError``。"""
    if current_batches(division_code) or pending_batches(division_code).exists():
        return True
    return bool(found_files(division_code))


def receive(run: Run, progress: "Callable[[str, int, int], None]") -> None:
    """收下文件夹里新来的，把这个县还没看的、没收的都收完。"""
    actor = Actor.system("监测", division_code=run.division_code)
    settled = AT_ONCE if run.trigger == Run.Trigger.FIRST else SETTLED
    folder_scan(division_code=run.division_code, actor=actor, settled=settled)
    intake_finish(division_code=run.division_code, progress=progress)
