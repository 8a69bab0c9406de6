"""``jiuzhu audit``：核验审计链，导出给外人核验，加封。"""

import json
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jiuzhu.errors import JiuzhuError

from .console import say
from .instance import load_web
from .up import HOME_HELP

if TYPE_CHECKING:
    from jiuzhu.web.audit.checking import SealRow

MOST_TROUBLES = 200
HomeOption = Annotated[Path | None, typer.Option(help=HOME_HELP, show_default=False)]
DayOption = datetime | None
DAY = ["%Y-%m-%d", "%Y年%m月%d日"]

audit = typer.Typer(help="审计链：核验、导出、加封。", no_args_is_help=True)


@audit.command("verify")
def verify(
    lane: Annotated[int | None, typer.Option(min=0, max=63, help="只核这一条分链（0 至 63）。")] = None,
    against: Annotated[list[Path] | None, typer.Option(help="另存的封条文件，可给几个。", metavar="FILE")] = None,
    home: HomeOption = None,
) -> None:
    """核验每一条记录：有没有改动、缺失、换位、伪造、截尾，在哪一条。有问题时退出码为 1。"""
    load_web(home)
    from jiuzhu.web.audit.checking import verify as run

    kept = [seal for path in against or [] for seal in _kept(path)]
    report = run(lane=lane, kept=kept)
    for trouble in report.troubles[:MOST_TROUBLES]:
        say(str(trouble))
    if len(report.troubles) > MOST_TROUBLES:
        say(f"……另有 {len(report.troubles) - MOST_TROUBLES} 处")
    looked = f"核验了 {report.lanes} 条分链、{report.entries:,} 条记录、{report.seals} 张封条"
    if report.troubles:
        raise JiuzhuError(
            f"{looked}，发现 {len(report.troubles)} 处问题。请保留现场，告诉安全负责人。", code="audit_broken"
        )
    say(f"{looked}，没有发现问题。")


@audit.command("export")
def export(
    out: Annotated[Path, typer.Option(help="写到哪个文件（.jsonl）。", metavar="FILE")],
    since: Annotated[DayOption, typer.Option(formats=DAY, help="从哪一天起，如 2026-11-01。")] = None,
    until: Annotated[DayOption, typer.Option(formats=DAY, help="到哪一天止（含）。")] = None,
    home: HomeOption = None,
) -> None:
    """导出记录与封条，一行一条；外人可用 docs/audit_check.py 自己核验。"""
    if out.exists():
        raise JiuzhuError(f"{out} 已经存在，没有覆盖。请换一个文件名。", code="file_exists")
    load_web(home)
    from jiuzhu.web.audit.exporting import export_lines
    from jiuzhu.web.audit.services import export_recorded

    first, last = _day(since), _day(until)
    part = out.with_name(f".{out.name}.part")
    entries = 0
    with ExitStack() as stack:
        stack.callback(part.unlink, missing_ok=True)
        with part.open("w", encoding="utf-8") as file:
            for line in export_lines(since=first, until=last):
                entries += line["kind"] == "entry"
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        export_recorded(rows=entries, format="jsonl", since=first, until=last)
        part.replace(out)
    say(f"已导出 {entries:,} 条记录到 {out}。")


@audit.command("seal")
def seal(home: HomeOption = None) -> None:
    """现在就封前一天（平常由后台在零点后自动封），打印封条；留一份在平台之外。"""
    load_web(home)
    from jiuzhu.web.audit.services import seal_make

    say(json.dumps(seal_make().line(), ensure_ascii=False))


@audit.command("note", hidden=True)
def note(
    what: Annotated[str, typer.Argument(help="backup 或 restore。")],
    folder: Annotated[str, typer.Argument(help="哪一份备份。")],
    by: Annotated[str, typer.Option(help="系统用户。")] = "",
    home: HomeOption = None,
) -> None:
    """备份、恢复做完后由它们自己调用，记一笔审计；不给人用。"""
    load_web(home)
    from jiuzhu.web.audit.services import upkeep_recorded

    if what not in ("backup", "restore"):
        raise JiuzhuError("只记 backup 与 restore。", code="unknown_note")
    upkeep_recorded(what="backup" if what == "backup" else "restore", folder=folder, by=by)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _kept(path: Path) -> "list[SealRow]":
    from jiuzhu.web.audit.exporting import read_seals

    try:
        return read_seals(path.read_text(encoding="utf-8"), path.name)
    except (OSError, ValueError) as error:
        raise JiuzhuError(f"{path} 不是封条文件，或读不了。", code="not_a_seal") from error
