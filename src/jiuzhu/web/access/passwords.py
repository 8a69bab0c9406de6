"""密码的规矩与初始密码。"""

import secrets
import string
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from .models import PasswordRecord, User

KINDS = 3
SHORTEST_NAME = 2
# 抄写、口述不会弄混的字
LOWER, UPPER, DIGITS = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKMNPQRSTUVWXYZ", "23456789"
HELP = "至少 10 个字符，大写字母、小写字母、数字、符号四种里至少有三种；不能含用户名或姓名，不能是最近用过的 5 个。"


def new_password() -> str:
    """初始密码：``Kp7m-xH4t-Qw9r`` 的样子，三种字符都有。"""
    while True:
        text = "".join(secrets.choice(LOWER + UPPER + DIGITS) for _ in range(12))
        if all(set(text) & set(kind) for kind in (LOWER, UPPER, DIGITS)):
            return "-".join((text[:4], text[4:8], text[8:]))


def is_expired(user: User) -> bool:
    """到了该换的日子；见设置 ``JIUZHU_PASSWORD_DAYS``，0 为不限。"""
    days: int = settings.PASSWORD_DAYS
    return days > 0 and user.password_changed_at + timedelta(days=days) < timezone.now()


class KindsValidator:
    """四种字符里至少三种。"""

    def validate(self, password: str, user: User | None = None) -> None:
        """不合规矩时抛 ``ValidationError``。"""
        known = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
        kinds = sum(any(char in kind for char in password) for kind in known)
        kinds += any(all(char not in kind for kind in known) for char in password)
        if kinds < KINDS:
            raise ValidationError("大写字母、小写字母、数字、符号四种里至少要有三种。", code="password_kinds")

    def get_help_text(self) -> str:
        """说明。"""
        return "大写字母、小写字母、数字、符号四种里至少有三种。"


class OwnNameValidator:
    """不含用户名、姓名。"""

    def validate(self, password: str, user: User | None = None) -> None:
        """不合规矩时抛 ``ValidationError``。"""
        if user is None:
            return
        names = (user.username, user.display_name)
        if any(len(name) >= SHORTEST_NAME and name.lower() in password.lower() for name in names):
            raise ValidationError("密码里不能有用户名或姓名。", code="password_has_name")

    def get_help_text(self) -> str:
        """说明。"""
        return "不能含用户名或姓名。"


class RecentValidator:
    """不是现在的，也不是最近用过的五个。"""

    def validate(self, password: str, user: User | None = None) -> None:
        """不合规矩时抛 ``ValidationError``。"""
        if user is None or user.pk is None:
            return
        used = list(PasswordRecord.objects.filter(user=user).order_by("-pk").values_list("password", flat=True)[:5])
        if any(check_password(password, hashed) for hashed in dict.fromkeys([user.password, *used])):
            raise ValidationError("这个密码最近用过，请换一个没有用过的。", code="password_reused")

    def get_help_text(self) -> str:
        """说明。"""
        return "不能是最近用过的 5 个。"
