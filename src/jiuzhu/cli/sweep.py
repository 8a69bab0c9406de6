"""``jiuzhu sweep``：政策找人；``jiuzhu replay``：过去的结论照原样再算一遍。"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from jiuzhu.errors import JiuzhuError

from .console import out as console
from .console import say

if TYPE_CHECKING:
    import polars as pl

    from jiuzhu.engine.replay import Replay, Replayed

TOWNSHIP_DIGITS = 9
HEADINGS = {
    "entitled_unaided": "应享未享",
    "entitled_unlisted": "应享待核",
    "entitled_aided": "应享已享",
    "aided_not_entitled": "不应享",
    "should_move": "应转",
    "unknown": "缺数据",
}
LACKING = ("entitled_unaided", "entitled_unlisted")
Folder = Annotated[Path, typer.Argument(help="jiuzhu monitor 的结果文件夹。", metavar="OUT")]


def sweep(
    folder: Folder,
    rulebook: Annotated[
        str | None,
        typer.Option(help="换一部规则手册试算（名称或文件夹）；不给就用当次运行的。", show_default=False),
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="逐户逐项写成 CSV（没有姓名和号码）。", show_default=False)] = None,
    township: Annotated[
        str | None, typer.Option(help="只看一个乡镇（九位代码）。", metavar="CODE", show_default=False)
    ] = None,
) -> None:
    """政策找人：全部住户逐个对照全部救助项目，谁符合而没有享受、谁享受而不符合。"""
    _is_result(folder)
    titles, found = _swept(folder, rulebook)
    if township is not None:
        import polars as pl

        found = found.filter(pl.col("village_code").str.slice(0, TOWNSHIP_DIGITS) == township)
    console.print(_table(titles, found))
    if csv is not None:
        _write_csv(found, csv)
        say(f"已写出 {csv}，{found.height:,} 行。")


def replay(
    folder: Folder,
    household: Annotated[str, typer.Argument(help="户编号（H…）。", metavar="HOUSEHOLD")],
    programme: Annotated[
        str | None, typer.Argument(help="项目代码（如 dibao）；不给就看全部。", metavar="PROGRAMME", show_default=False)
    ] = None,
) -> None:
    """重放：用当时的手册、当时的数据再算一遍，与当时写下的逐分相比。不同则退出码为 1。"""
    from jiuzhu.engine.replay import replay as run

    _is_result(folder)
    done = run(folder, household, programme)
    for line in replay_lines(done):
        say(line)
    if not done.equal:
        raise JiuzhuError("重放与当时写下的不同：结果文件夹可能被人改过，或程序的算法有变。", code="replay_differs")


def replay_lines(done: "Replay") -> list[str]:
    """一户的重放，逐行。"""
    shown = [
        f"户 {done.household_id}  评估日 {done.as_of:%Y年%-m月%-d日}",
        f"规则手册 {done.book.title} {done.book.version}（摘要 {done.book.digest[:16]}…）",
    ]
    for item in done.answers:
        if item.recorded is not None or not item.equal or item.recomputed.answer is True:
            shown += _answer(item)
    shown += [
        f"事实不同：{item.name}{f'（{item.person_id}）' if item.person_id else ''} 当时 {item.recorded}，重算 {item.recomputed}"
        for item in done.differences
    ]
    listed = sum(item.recorded is not None for item in done.answers)
    shown.append(f"共 {len(done.answers)} 个结论，当时列出 {listed} 个；{'逐分相同' if done.equal else '有不同'}。")
    return shown


def _answer(item: "Replayed") -> list[str]:
    programme = item.answer.programme
    who = f"  {item.person_id}" if item.person_id else ""
    amount = "" if item.recomputed.amount is None else f"  {item.recomputed.amount:,.2f} 元{_per(programme.period)}"
    shown = ["", f"[{'相同' if item.equal else '不同'}] {programme.title}{who}：{item.answer.word}{amount}"]
    if not item.equal:
        then = item.recorded
        told = "没有列出" if then is None else f"{_word(then.answer)} {then.amount if then.amount is not None else ''}"
        shown.append(f"  当时：{told}")
    for condition in item.answer.conditions:
        verdict = {True: "成立", False: "不成立", None: "无法判断"}[condition.value]
        shown.append(f"  {verdict}  {condition.condition.name}（{condition.condition.article}）")
        shown.append(f"      {condition.sentence}")
    shown += [f"  金额  {part.name} {part.amount:,.2f} 元" for part in item.answer.parts if part.amount is not None]
    return shown


def _word(answer: bool | None) -> str:
    from jiuzhu.engine.assessment.entitlement import WORDS

    return WORDS[answer]


def _per(period: str) -> str:
    return f"/{period}" if period else ""


def _is_result(folder: Path) -> None:
    if not (folder / "summary.json").is_file():
        raise JiuzhuError(f"{folder} 不是 jiuzhu monitor 的结果文件夹（没有 summary.json）。", code="not_a_result")


def _swept(folder: Path, rulebook: str | None) -> tuple[dict[str, str], "pl.DataFrame"]:
    """项目代码 → 名称，与普查的各行；换了手册就在当时的事实上重算。"""
    import polars as pl

    from jiuzhu.engine.edition import rulebook_of

    if rulebook is None:
        book, _, _ = rulebook_of(folder)
        return {item.code: item.title for item in book.programmes}, pl.read_parquet(folder / "entitlements.parquet")
    from jiuzhu.engine.assessment import load_rulebook
    from jiuzhu.engine.stored import sweep_again

    book = load_rulebook(rulebook)
    return {item.code: item.title for item in book.programmes}, sweep_again(folder, book)


def _table(titles: dict[str, str], found: "pl.DataFrame") -> Table:
    import polars as pl

    table = Table(title="政策找人")
    table.add_column("项目", overflow="fold")
    for state in HEADINGS.values():
        table.add_column(state, justify="right")
    table.add_column("未享金额", justify="right")
    counts = {key: rows for (key,), rows in found.group_by("programme")}
    for code, title in titles.items():
        rows = counts.get(code)
        if rows is None:
            continue
        told = [f"{(rows['state'] == state).sum():,}" for state in HEADINGS]
        lacking = rows.filter(pl.col("state").is_in(LACKING))["amount"].sum()
        table.add_row(title, *told, f"{lacking or 0:,.2f}")
    return table


def _write_csv(found: "pl.DataFrame", path: Path) -> None:
    import polars as pl

    path.write_bytes(
        b"\xef\xbb\xbf" + found.with_columns(pl.col("missing").list.join("、")).write_csv().encode("utf-8")
    )
