"""``jiuzhu manage jiuzhu_account``：开设账号，或重设密码。"""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jiuzhu.web.access.models import User
from jiuzhu.web.access.services import POSTS, account_create, password_reset, posts_ensure


class Command(BaseCommand):
    """开设账号，打印一次初始密码；已有账号加 ``--reset`` 重设密码。"""

    help = "开设账号并打印初始密码（只打印这一次）；--reset 为已有账号重设密码。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """账号的各项。"""
        parser.add_argument("username", help="用户名")
        parser.add_argument("--name", default="", help="姓名")
        parser.add_argument("--organisation", default="", help="所属单位")
        titles = "、".join(f"{code} {post.title}" for code, post in POSTS.items())
        parser.add_argument("--post", choices=sorted(POSTS), default="county_leader", help=f"岗位：{titles}")
        parser.add_argument("--reset", action="store_true", help="重设密码")

    def handle(self, *args: Any, **options: Any) -> None:
        """密码随机生成，登录后可自行修改。"""
        username, password = options["username"], secrets.token_urlsafe(12)
        existing = User.objects.filter(username=username).first()
        if options["reset"]:
            if existing is None:
                raise CommandError(f"没有用户名为“{username}”的账号。")
            password_reset(user=existing, password=password)
        else:
            if existing is not None:
                raise CommandError(f"已有用户名为“{username}”的账号；要重设密码请加 --reset。")
            posts_ensure()
            account_create(
                username=username,
                password=password,
                display_name=options["name"] or username,
                organisation=options["organisation"],
                post=options["post"],
            )
        self.stdout.write(f"用户名 {username}  初始密码 {password}  请登录后修改")
