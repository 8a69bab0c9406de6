"""来访地址。只有前面确有可信的代理（``JIUZHU_HTTPS``）时才看 ``X-Forwarded-For``，且只认最后一跳。"""

from allauth.core.internal.httpkit import get_client_ip
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """来访地址；认不出为空文本。"""
    try:
        return get_client_ip(request) or ""
    except ImproperlyConfigured:  # 代理没有写 X-Forwarded-For 的请求
        return request.META.get("REMOTE_ADDR", "")
