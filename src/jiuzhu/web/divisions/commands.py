"""两条导入命令共同的部分。"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.ground.errors import ServiceError

from .imports import ImportPlan, write_bad_rows
from .models import ImportFile
from .services import import_apply, import_plan
from .walls import EVERYWHERE

SHOWN = 20


class ImportCommand(BaseCommand):
    """读文件、报问题、导入。子类给出 ``kind``。"""

    kind: ImportFile.Kind

    def add_arguments(self, parser: ArgumentParser) -> None:
        """文件与两个开关。"""
        parser.add_argument("file", type=Path, help="CSV 或 XLSX 文件")
        parser.add_argument("--skip-bad", action="store_true", help="跳过有问题的行，写到旁边的“…未导入.csv”")
        parser.add_argument("--dry-run", action="store_true", help="只看会改什么，不写入")

    def handle(self, *args: Any, **options: Any) -> None:
        """有问题的行逐条列出（至多二十条）。"""
        file: Path = options["file"]
        if not file.is_file():
            raise CommandError(f"没有文件“{file}”。请核对路径。")
        try:
            plan = import_plan(area=EVERYWHERE, kind=self.kind, file=file)
            self.report(plan)
            if options["dry_run"]:
                return
            if plan.problems and not options["skip_bad"]:
                raise CommandError(
                    f"有 {plan.bad_rows} 行有问题，一行也没有导入。改好后再导入，或加 --skip-bad 跳过它们。"
                )
            plan = import_apply(
                actor=Actor.system("导入"), area=EVERYWHERE, kind=self.kind, file=file, skip_bad=options["skip_bad"]
            )
        except ServiceError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"已导入：写入 {plan.writes} 行，跳过 {plan.bad_rows} 行。")
        if plan.problems:
            out = file.with_name(f"{file.stem}-未导入.csv")
            write_bad_rows(plan.table, plan.problems, out)
            self.stdout.write(f"没有导入的行与原因：{out}")

    def report(self, plan: ImportPlan) -> None:
        """各种办法的行数，和有问题的行。"""
        words = "、".join(f"{action.label} {count} 行" for action, count in plan.counts.items() if count)
        self.stdout.write(f"{plan.table.name}：{words or '没有可导入的行'}；不算数据的 {plan.table.ignored} 行。")
        for problem in plan.problems[:SHOWN]:
            self.stderr.write(str(problem))
        if len(plan.problems) > SHOWN:
            self.stderr.write(f"……共 {len(plan.problems)} 个问题。")
