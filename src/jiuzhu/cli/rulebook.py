"""``jiuzhu rulebook``：查一部规则手册——写法、单位、名称，并跑它的测试用例。"""

from typing import Annotated

import typer

from jiuzhu.errors import JiuzhuError

from .console import say


def rulebook(
    name: Annotated[str, typer.Argument(help="手册名（如 default）或手册文件夹。", metavar="NAME")] = "default",
) -> None:
    """查规则手册：每条规则是否写对，每个用例是否成立。有错则退出码为 1。"""
    from jiuzhu.engine.assessment import load_rulebook
    from jiuzhu.engine.assessment.cases import run_cases

    book = load_rulebook(name)
    say(f"{book.title} {book.version}（{book.in_force:%Y年%-m月%-d日}起施行）")
    counted = f"指标 {len(book.indicators)} 项，救助项目 {len(book.programmes.programmes)} 个"
    say(f"{counted}，参数 {len(book.parameters)} 个，区间 {len(book.bands)} 个，规则都合格。")
    say(f"摘要 {book.digest}")
    results = run_cases(book)
    failed = [result for result in results if result.failures]
    for result in failed:
        say(f"\n用例不成立：{result.name}（{result.file}）")
        for failure in result.failures:
            say(f"  · {failure}")
    say(f"用例 {len(results)} 个，成立 {len(results) - len(failed)} 个。")
    if failed:
        raise JiuzhuError(f"有 {len(failed)} 个用例不成立：请改规则，或改用例。", code="rulebook_cases")
