"""``jiuzhu demo``:生成一个虚构的县。"""

import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from jiuzhu.errors import JiuzhuError

from .console import say


def demo(
    out: Annotated[Path, typer.Option(help="写到哪个文件夹(新建;已有内容时不覆盖)。")],
    people: Annotated[int, typer.Option(help="户籍人口。", min=100)] = 60_000,
    seed: Annotated[int, typer.Option(help="随机种子;相同的种子得到相同的县。")] = 1,
    dialect: Annotated[str, typer.Option(help="文件的写法:standard tabs parts harsh。")] = "standard",
    as_of: Annotated[datetime, typer.Option(help="数据截止日期。", formats=["%Y-%m-%d"])] = datetime(2026, 10, 31),  # noqa: DTZ001
) -> None:
    """生成一个虚构的县:各部门的文件(files/)与真相(truth/)。人与事均为随机生成。"""
    from jiuzhu.demo import generate

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise JiuzhuError(f"{out} 已有内容,不覆盖。请换一个文件夹,或先移走它。", code="out_not_empty")
    began = time.monotonic()
    generate(out, people=people, seed=seed, dialect=dialect, as_of=as_of.date())
    say(f"已生成 {people:,} 人的演示县({time.monotonic() - began:.1f} 秒):{out / 'files'}")
