"""登录页用的一点小东西。"""

from django import template

from jiuzhu.web.access import single_sign_on
from jiuzhu.web.divisions.selectors import path_of

register = template.Library()


@register.simple_tag
def single_sign_on_name() -> str:
    """统一身份认证的叫法；没有配置时为空文本。"""
    return single_sign_on.name()


@register.filter
def place_path(code: str) -> str:
    """``青禾县 麦岭镇``。"""
    return path_of(code)
