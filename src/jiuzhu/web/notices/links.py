"""通知里的链接：只能是本站的一页，网址里没有个人信息。"""

from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from jiuzhu.web.audit.values import LONG_NUMBER
from jiuzhu.web.ground.errors import ServiceError

BARRED = frozenset("\\\t\r\n ")


def inner_path(link: str) -> str:
    """原样返回本站的网址（可带查询条件）；空文本表示没有链接。

    Raises:
        ServiceError: 站外的、没有这一页的、带号码的（link_refused）。
    """
    if not link:
        return ""
    parts = urlsplit(link)
    outside = parts.scheme or parts.netloc or not link.startswith("/") or link.startswith("//")
    if outside or BARRED & set(link) or LONG_NUMBER.search(link):
        raise _refused()
    try:
        resolve(parts.path)
    except Resolver404 as error:
        raise _refused() from error
    return link


def _refused() -> ServiceError:
    return ServiceError(
        "通知里的链接只能是本站已有的一页，网址里也不能有证件号、电话。这则通知没有发出。", code="link_refused"
    )
