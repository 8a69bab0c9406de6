"""``python -m django jiuzhu_setup``:启动前的准备,可重复执行。"""

from typing import Any

from django.core.management.base import BaseCommand

from jiuzhu.web.desk.setup import prepare


class Command(BaseCommand):
    """建岗位、演示账号,发起第一次监测。"""

    help = "建岗位与演示账号；从未监测过时发起第一次监测。可重复执行。"

    def handle(self, *args: Any, **options: Any) -> None:
        """不输出任何内容;演示账号写在 HOME/demo-accounts.json。"""
        prepare()
