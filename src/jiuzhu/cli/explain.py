"""``jiuzhu explain``:一户或一人为什么是这个结论。"""

from pathlib import Path
from typing import Annotated

import typer


def explain(
    folder: Annotated[Path, typer.Argument(help="jiuzhu monitor 的结果文件夹。", metavar="OUT")],
    subject: Annotated[str, typer.Argument(help="户编号(H…)或人编号(P…)。", metavar="ID")],
) -> None:
    """解释:每项指标的规则原文、代入的数、事实来自哪个文件哪一行。"""
    from jiuzhu.engine.explain import explain as run

    run(folder, subject)
