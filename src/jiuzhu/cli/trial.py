"""``jiuzhu try``：在一次监测的结果上，把两部规则手册各算一遍，比各级户数与进出。"""

from pathlib import Path
from typing import Annotated

import typer

from jiuzhu.errors import JiuzhuError

from .console import say

TITLES = {"red": "红", "orange": "橙", "yellow": "黄", "blue": "蓝", "none": "不预警"}


def trial(
    rulebook: Annotated[str, typer.Argument(help="要试的手册：名称或文件夹。", metavar="RULEBOOK")],
    out: Annotated[Path, typer.Option(help="一次监测的结果文件夹。", metavar="OUT")],
    against: Annotated[str, typer.Option(help="与哪一部比：名称或文件夹。")] = "default",
    villages: Annotated[str, typer.Option(help="村代码，逗号隔开；不给就是全部。")] = "",
    random: Annotated[int, typer.Option(help="随机抽几个村；0 为不抽。", min=0)] = 0,
    seed: Annotated[int, typer.Option(help="抽样种子，同一个种子抽到同样的村。")] = 1,
) -> None:
    """试算：同样的户，两部手册各算一遍，看各级几户、谁进谁出。不改动任何结果。"""
    from jiuzhu.engine.assessment import load_rulebook
    from jiuzhu.engine.simulation import compare, draw_villages, sample_of, score, villages_of

    if not (out / "household_facts.parquet").is_file():
        raise JiuzhuError(f"“{out}”不是一次监测的结果文件夹。", code="no_sample")
    chosen = [code for code in villages.split(",") if code] or None
    if random:
        chosen = draw_villages(villages_of(out)["village_code"].to_list(), random, seed)
    sample = sample_of(out, villages=chosen)
    before, after = load_rulebook(against), load_rulebook(rulebook)
    found = compare(score(sample, before), score(sample, after))
    say(f"{sample.households.height} 户" + (f"，{len(chosen)} 个村：{'、'.join(chosen)}" if chosen else "，全部的村"))
    for band, title in TITLES.items():
        now, then = found.after[band], found.before[band]
        say(f"  {title}：{before.version} {then} 户，{after.version} {now} 户（{now - then:+d}）")
    flows = found.flows()
    entering = sum(count for (one, two), count in flows.items() if one == "none" and two != "none")
    leaving = sum(count for (one, two), count in flows.items() if two == "none" and one != "none")
    say(f"新进预警 {entering} 户，退出预警 {leaving} 户。")
