"""这台机器的：时区、对时、工作日历。"""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import chinese_calendar  # type: ignore[import-untyped]

from .finding import Finding

PUBLISHED_MONTH = 12  # 国务院办公厅一般 11 月公布来年的放假安排


def clock() -> Iterator[Finding]:
    """时钟"""
    offset = datetime.now().astimezone().utcoffset()
    if offset == timedelta(hours=8):
        yield Finding.ok("时区", "北京时间")
    else:
        yield Finding.attention(
            "时区",
            f"系统时区不是北京时间（{datetime.now().astimezone():%Z}）",
            "timedatectl set-timezone Asia/Shanghai；页面与数据库仍按北京时间",
        )
    yield _synchronised()


def _synchronised() -> Finding:
    if shutil.which("timedatectl") is None:
        return Finding.attention("对时", "没有 timedatectl，看不到是否对时", "确认本机接了单位的对时服务器（NTP）")
    argv = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=10)
    except subprocess.TimeoutExpired:
        return Finding.attention("对时", "timedatectl 没有回应", "确认本机接了单位的对时服务器（NTP）")
    if done.returncode != 0:
        return Finding.attention("对时", "看不到是否对时（容器里常如此）", "确认宿主机接了单位的对时服务器（NTP）")
    if done.stdout.strip() == "yes":
        return Finding.ok("对时", "已与对时服务器同步")
    return Finding.attention("对时", "没有对时：期限、审计时间会不准", "timedatectl set-ntp true，并填单位的对时服务器")


def calendar(today: date | None = None) -> Iterator[Finding]:
    """工作日历"""
    today = today or datetime.now().astimezone().date()
    advice = "升级 chinesecalendar（随程序升级），或在“日历”里按国务院通知逐日填上"
    if not _knows(today.year):
        yield Finding.fault("工作日历", f"不知道 {today.year} 年的放假与调休，工作日只按周末暂计", advice)
    elif _knows(today.year + 1):
        yield Finding.ok("工作日历", f"知道 {today.year}、{today.year + 1} 年的放假与调休")
    elif today.month < PUBLISHED_MONTH:
        yield Finding.ok("工作日历", f"知道 {today.year} 年的；{today.year + 1} 年的安排国务院一般 11 月公布")
    else:
        yield Finding.attention("工作日历", f"还不知道 {today.year + 1} 年的放假与调休，跨年的期限只按周末暂计", advice)


def _knows(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 1, 4))
    except NotImplementedError:
        return False
    return True
