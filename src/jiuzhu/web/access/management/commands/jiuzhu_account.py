"""``jiuzhu manage jiuzhu_account``：开设账号，或重设密码。"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jiuzhu.web.access.models import User
from jiuzhu.web.access.passwords import new_password
from jiuzhu.web.access.roles import ROLES
from jiuzhu.web.access.selectors import place_of
from jiuzhu.web.access.services import account_create, password_reset, post_grant
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.ground.errors import ServiceError

ACTOR = Actor.system("命令行")


class Command(BaseCommand):
    """开设账号，打印一次初始密码；已有账号加 ``--reset`` 重设密码。"""

    help = "开设账号并打印初始密码（只打印这一次）；--reset 为已有账号重设密码。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """账号的各项。"""
        titles = "、".join(f"{code} {role.title}" for code, role in ROLES.items())
        parser.add_argument("username", help="用户名")
        parser.add_argument("--name", default="", help="姓名")
        parser.add_argument("--role", choices=sorted(ROLES), default="", help=f"岗位的角色，不给则没有岗位：{titles}")
        parser.add_argument("--organisation", default="", help="岗位的单位：机构编码")
        parser.add_argument("--division", default="", help="岗位的片区：区划代码，如 429998；不给则用单位所在的")
        parser.add_argument("--reset", action="store_true", help="重设密码")

    def handle(self, *args: Any, **options: Any) -> None:
        """密码随机生成，第一次登录时须改。"""
        username, password = options["username"], new_password()
        existing = User.objects.filter(username=username).first()
        try:
            if options["reset"]:
                if existing is None:
                    raise CommandError(f"没有用户名为“{username}”的账号。")
                password_reset(user=existing, password=password, actor=ACTOR.at(place_of(existing)))
            else:
                if existing is not None:
                    raise CommandError(f"已有用户名为“{username}”的账号；要重设密码请加 --reset。")
                self._create(username, password, options)
        except ServiceError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"用户名 {username}  初始密码 {password}  第一次登录时须修改")

    @staticmethod
    def _create(username: str, password: str, options: dict[str, Any]) -> None:
        name = options["name"] or username
        organisation = None
        if options["role"]:
            organisation = Organisation.objects.filter(code=options["organisation"], is_active=True).first()
            if organisation is None:
                raise CommandError("给岗位时须用 --organisation 写明在用机构的编码；没有机构的，先到“导入”页导入。")
        place = (options["division"] or organisation.division_code).ljust(12, "0") if organisation else ""
        actor = ACTOR.at(place)
        user = account_create(username=username, password=password, display_name=name, actor=actor)
        if organisation is not None:
            post_grant(user=user, role=options["role"], organisation=organisation, division_code=place, actor=actor)
