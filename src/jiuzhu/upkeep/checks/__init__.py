"""体检：磁盘、密钥、数据库、后台、时钟、备份、审计、对外设置、工作日历。平台停着也能做，只是少看几项。"""

from collections.abc import Callable, Iterable, Iterator

from jiuzhu.errors import JiuzhuError
from jiuzhu.logs.failures import describe
from jiuzhu.supervisor.home import Home

from . import database, folders, machine, service
from .finding import Finding, Level

__all__ = ["Finding", "Level", "run"]


def run(home: Home) -> Iterator[Finding]:
    """逐项检查。一项自己出错，记作这一项的故障，不耽误别的。"""
    if not home.root.is_dir():
        yield Finding.fault("数据目录", f"没有 {home.root}", "用 --home 指对目录")
        return
    for check in (folders.disk, folders.permissions, folders.keys, folders.backups, folders.logs):
        yield from _guarded(check.__doc__ or "", lambda check=check: check(home))  # type: ignore[misc]
    yield from _guarded("时钟", machine.clock)  # 先于载入 Django：它会把本进程的时区改成北京时间
    process = service.running(home)
    yield from _guarded("平台", lambda: service.platform(home, process))
    yield from _guarded("对外设置", lambda: service.exposure(process))
    yield from _guarded("数据库", lambda: database.everything(home))
    yield from _guarded("工作日历", machine.calendar)


def _guarded(name: str, check: Callable[[], Iterable[Finding]]) -> list[Finding]:
    title = name.partition("。")[0].partition("：")[0]
    try:
        return list(check())
    except JiuzhuError as error:
        return [Finding.fault(title, error.message, "按上面说的处理后再查一遍")]
    except Exception as error:  # noqa: BLE001  体检要查完
        return [Finding.fault(title, f"这一项没有查成：{describe(error)}", "把这句话告诉维护人员")]
