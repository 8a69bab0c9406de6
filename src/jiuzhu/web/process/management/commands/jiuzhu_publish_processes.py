"""发布流程定义。"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.process import services


class Command(BaseCommand):
    help = "查错并发布流程定义（默认随程序发布的）；有错一个也不发布，并逐条说明。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, help="流程所在的文件夹")
        parser.add_argument("--patches", type=Path, help="县里的补丁所在的文件夹")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("folder", "patches"):
            if options[name] is not None and not options[name].is_dir():
                raise CommandError(f"没有文件夹 {options[name]}")
        try:
            found = services.definitions_publish(
                actor=Actor.system("命令行"), folder=options["folder"], patches=options["patches"]
            )
        except ServiceError as error:
            raise CommandError(error.message) from error
        for definition in found:
            self.stdout.write(f"{definition}  摘要 {definition.digest[:16]}")
