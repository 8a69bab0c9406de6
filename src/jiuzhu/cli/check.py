"""``jiuzhu check``：体检。"""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from .console import out, say
from .places import default_home
from .up import HOME_HELP

STYLES = ("green", "yellow", "bold red")


def check(
    home: Annotated[Path | None, typer.Option(help=HOME_HELP, show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="写成 JSON，供监控程序读。")] = False,
) -> None:
    """体检：磁盘、密钥、数据库、后台、时钟、备份、审计、对外设置。退出码 0 正常、1 注意、2 故障。"""
    from jiuzhu.supervisor.home import Home
    from jiuzhu.upkeep.checks import Finding, run

    place = Home((home or default_home()).expanduser().resolve())
    os.environ["JIUZHU_HOME"] = str(place.root)
    findings: list[Finding] = []
    for finding in run(place):
        findings.append(finding)
        if not as_json:
            _show(finding.level, finding.level.title, f"{finding.name}：{finding.told}", finding.advice)
    worst = max(finding.level for finding in findings)
    if as_json:
        rows = [
            {"name": one.name, "level": one.level.name.lower(), "told": one.told, "advice": one.advice}
            for one in findings
        ]
        say(json.dumps({"level": worst.name.lower(), "findings": rows}, ensure_ascii=False, indent=1))
    raise typer.Exit(int(worst))


def _show(level: int, title: str, told: str, advice: str) -> None:
    out.print(title, style=STYLES[level], end="  ")
    say(told)
    if advice and level:
        say(f"      → {advice}")
