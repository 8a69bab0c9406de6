"""第二重验证：谁必须设；密钥加密存放。"""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings

from jiuzhu.web.ground.crypto import keyring

from .models import Post, User
from .roles import ADMINISTRATORS, Hand
from .selectors import posts_in_force

LABEL = "mfa_authenticator.data"
SENSITIVE_HANDS = {*ADMINISTRATORS, Hand.CONFIRM, Hand.PAY}
SENSITIVE, REQUIRED = "sensitive", "required"


def is_required_of(posts: list[Post]) -> bool:
    """有这些岗位的人是否必须设第二重验证；见设置 ``JIUZHU_SECOND_FACTOR``。"""
    rule = settings.SECOND_FACTOR
    if rule == SENSITIVE:
        return any(post.definition.hand in SENSITIVE_HANDS for post in posts)
    return bool(rule == REQUIRED)


def is_required(user: User) -> bool:
    """此人是否必须设。"""
    return is_required_of(posts_in_force(user))


def is_enrolled(user: User) -> bool:
    """是否已设。"""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


class SecondFactorAdapter(DefaultMFAAdapter):
    """密钥以数据密钥（SM4-GCM）加密后存放。"""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "验证码不对，或已经用过。请等验证器换出下一个再试。",
        "cannot_delete_authenticator": "您的岗位必须用第二重验证，不能取消；换手机请联系安全管理员重置。",
        "cannot_generate_recovery_codes": "还没有设第二重验证，不能生成备用码。",
    }

    def encrypt(self, text: str) -> str:
        """存放的样子。"""
        return base64.b64encode(keyring.encrypt(text.encode(), label=LABEL)).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """取用。"""
        return keyring.decrypt(base64.b64decode(encrypted_text), label=LABEL).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """必须设的人不能自己取消。"""
        return not is_required(authenticator.user)
