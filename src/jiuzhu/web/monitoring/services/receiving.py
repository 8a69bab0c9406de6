"""监测之前的数据：有没有可读的，文件夹里新来的先收下。"""

from pathlib import Path

from django.conf import settings

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.exchange.selectors import current_batches, pending_batches
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.monitoring.models import COUNTY_WIDTH
from jiuzhu.web.monitoring.selectors import every_run


def anything_to_read(division_code: str) -> bool:
    """收好的批、正在收的批，或文件夹里的文件，有一样就行。"""
    if current_batches(division_code) or pending_batches(division_code).exists():
        return True
    return any(path.is_file() for path in data_folder(division_code).rglob("*"))


def data_folder(division_code: str) -> Path:
    """这个县的部门文件放在哪里：数据文件夹里以六位县代码为名的子文件夹；没有子文件夹就用数据文件夹本身。

    数据文件夹已是别的县在用的，不能拿来算：别县的人会被算进这个县。
    """
    own = settings.DATA_DIR / division_code[:COUNTY_WIDTH]
    if own.is_dir():
        return own
    with Scope.everything().applied():
        others = every_run().filter(folder=str(settings.DATA_DIR)).exclude(division_code=division_code)
        if others.exists():
            raise ServiceError(
                f"数据文件夹 {settings.DATA_DIR} 里是别的县的文件。请把本县各部门文件放进 {own}，再发起监测。",
                code="other_county",
                status=409,
            )
    return settings.DATA_DIR
