"""日历变了之后重算在办事项的期限。"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.process import selectors, services


class Command(BaseCommand):
    help = "按现行日历重算在办事项的期限；期限变了的各记一条事件。中途停下，再跑一遍即可。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--county", default="", help="只算一个县（六位代码），默认全部")

    def handle(self, *args: Any, **options: Any) -> None:
        moved = services.calendar_recalculate(actor=Actor.system("命令行"), county_code=options["county"])
        self.stdout.write(f"期限有变动的 {moved} 件")
        for text in selectors.calendar_warnings():
            self.stdout.write(text)
