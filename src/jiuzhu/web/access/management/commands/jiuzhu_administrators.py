"""``jiuzhu manage jiuzhu_administrators``：第一次安装时开三员的账号。"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.passwords import new_password
from jiuzhu.web.access.roles import ADMINISTRATORS, ROLES
from jiuzhu.web.access.services import account_create, post_grant
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.codes import Level, area_prefix, is_code, level_of
from jiuzhu.web.divisions.models import Division, Organisation
from jiuzhu.web.divisions.services import County, county_ensure, organisation_code
from jiuzhu.web.ground.errors import ServiceError

ACTOR = Actor.system("命令行")
USERNAMES = {"system_admin": "xitong", "security_admin": "anquan", "audit_admin": "shenji"}


class Command(BaseCommand):
    """开系统、安全、审计三个管理员，各打印一次初始密码；此后的账号都由他们在网页上开。"""

    help = "第一次安装：开系统、安全、审计三个管理员，打印初始密码（只打印这一次）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """哪个县、什么单位。"""
        parser.add_argument("--division", required=True, help="县的区划代码，如 429998")
        parser.add_argument("--division-name", default="", help="县名；区划表里还没有这个县时必填")
        parser.add_argument("--organisation", default="", help="三员所在机构的编码；不给则用本县民政局")

    def handle(self, *args: Any, **options: Any) -> None:
        """已有在岗管理员的县不再开，免得多出没人知道的账号。"""
        place = options["division"].ljust(12, "0")
        if not is_code(place):
            raise CommandError(f"“{options['division']}”不是区划代码。")
        area = area_prefix(place)
        taken = [
            post.title
            for post in Post.objects.filter(role__in=USERNAMES, division_code__startswith=area)
            if post.in_force()
        ]
        if taken:
            raise CommandError(
                f"这里已有{'、'.join(sorted(set(taken)))}，没有再开。忘了密码请用 jiuzhu_account --reset。"
            )
        try:
            with transaction.atomic():
                accounts = self._create(place, options)
        except ServiceError as error:
            raise CommandError(error.message) from error
        for title, username, password in accounts:
            self.stdout.write(f"{title}  用户名 {username}  初始密码 {password}")
        self.stdout.write("密码只打印这一次，请分别当面交给三个人；第一次登录时须修改。")

    def _create(self, place: str, options: dict[str, Any]) -> list[tuple[str, str, str]]:
        self._division(place, options["division_name"])
        organisation = self._organisation(place, options)
        actor, made = ACTOR.at(place), []
        for code, stem in USERNAMES.items():
            role, password = ROLES[code], new_password()
            assert role.hand in ADMINISTRATORS
            username = stem if not User.objects.filter(username=stem).exists() else f"{stem}{area_prefix(place)}"
            user = account_create(
                username=username, password=password, display_name=role.title, actor=actor, division_code=place
            )
            post_grant(user=user, role=code, organisation=organisation, division_code=place, actor=actor)
            made.append((role.title, username, password))
        return made

    @staticmethod
    def _division(place: str, name: str) -> None:
        """县还没有登记的，先登上它和县里的各机构；乡镇、村由系统管理员在网页上导入。"""
        if Division.objects.filter(code=place, valid_to=None).exists():
            return
        if level_of(place) is not Level.COUNTY:
            raise CommandError("区划表里没有这个地方。三员的片区应是县；市、省的请先导入区划。")
        if not name:
            raise CommandError("区划表里还没有这个县，请用 --division-name 写明县名。")
        county = County(area_prefix(place), name, above={}, townships=())
        county_ensure(county=county, actor=ACTOR.at(place), origin=Division.Origin.OFFICIAL)

    @staticmethod
    def _organisation(place: str, options: dict[str, Any]) -> Organisation:
        code = options["organisation"] or organisation_code(place, "minzheng")
        found = Organisation.objects.filter(code=code, is_active=True).first()
        if found is None:
            raise CommandError(f"没有编码为“{code}”的在用机构，请用 --organisation 写明三员所在的机构。")
        return found
