"""登录的规矩:账号由管理员开设,不开放注册,不依赖邮箱。"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):
    """县级内网的登录适配。"""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "用户名或密码不对，请核对后重试。连续输错 5 次需等 5 分钟。",
        "too_many_login_attempts": "输错次数过多，请 5 分钟后再试；忘记密码请联系本单位管理员。",
        "enter_current_password": "请输入现在用的密码。",
        "incorrect_password": "现在用的密码不对。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """不开放注册。"""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """登录、退出不另弹提示:页面本身已说明。"""
