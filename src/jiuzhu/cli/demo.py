"""``jiuzhu demo``：生成一个虚构的县。"""

import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from .console import say
from .places import default_home


def demo(
    out: Annotated[
        Path | None, typer.Option(help="写到哪个文件夹；里面有别的东西时不动它。不写则在数据目录的 counties/ 之下。")
    ] = None,
    people: Annotated[int, typer.Option(help="户籍人口。", min=100)] = 60_000,
    seed: Annotated[int, typer.Option(help="随机种子；相同的种子得到相同的县。")] = 1,
    dialect: Annotated[str, typer.Option(help="文件的写法：standard tabs parts harsh。")] = "standard",
    as_of: Annotated[datetime, typer.Option(help="数据截止日期。", formats=["%Y-%m-%d"])] = datetime(2026, 10, 31),  # noqa: DTZ001
) -> None:
    """生成一个虚构的县：各部门的文件（files/）与真相（truth/）。人与事均为随机生成。"""
    from jiuzhu.demo import generate

    began = time.monotonic()
    folder = out or default_home().expanduser() / "counties" / f"{dialect}-{people}-{seed}"
    county = generate(folder, people=people, seed=seed, dialect=dialect, as_of=as_of.date())
    say(
        f"已生成演示数据：{county.name}（{county.code}，并不存在）"
        f"{county.people:,} 人、{county.households:,} 户，{len(county.tables)} 个文件 {county.rows:,} 行，"
        f"用时 {time.monotonic() - began:.1f} 秒。"
    )
    say(f"部门文件：{county.files}    真相：{county.truth}")
