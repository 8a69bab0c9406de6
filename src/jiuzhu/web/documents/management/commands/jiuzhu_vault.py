"""``jiuzhu manage jiuzhu_vault``：清点库房，清除无登记的文件，换密钥。"""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.documents.services.upkeep import files_reseal, keys_in_use, orphans_remove, vault_survey


class Command(BaseCommand):
    """默认只看不动；有不符时退出码为 1。"""

    help = "清点文书与附件的库房：无登记的文件、缺文件的登记、所用密钥。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """选项。"""
        parser.add_argument("--remove-orphans", metavar="原因", help="清除过了 24 小时仍无登记的文件，写明原因")
        parser.add_argument(
            "--reseal", action="store_true", help="把用旧密钥的文件换成现行密钥；可以中断，再运行接着做"
        )

    def handle(self, **options: Any) -> None:
        """做一次。"""
        actor = Actor.system("库房")
        if options["reseal"]:
            done, broken = files_reseal(actor=actor)
            self.stdout.write(f"换成现行密钥 {done} 件，读不出的 {len(broken)} 件。")
        if options["remove_orphans"]:
            removed = orphans_remove(actor=actor, reason=options["remove_orphans"])
            self.stdout.write(f"清除无登记的文件 {len(removed.orphans)} 件，草稿 {len(removed.drafts)} 件。")
        report = vault_survey()
        used = "，".join(f"第 {number} 号 {count} 件" for number, count in sorted(keys_in_use().items())) or "无"
        self.stdout.write(f"库房共 {report.files} 件（密钥：{used}）。")
        self.stdout.write(f"没有登记的 {len(report.orphans)} 件，不满 24 小时的 {report.recent} 件不算。")
        for name in (*report.orphans, *report.drafts):
            self.stdout.write(f"  无登记 {name}")
        for name in report.missing:
            self.stdout.write(f"  缺文件 {name}：请从备份的 uploads 里恢复")
        if not report.is_sound:
            sys.exit(1)
