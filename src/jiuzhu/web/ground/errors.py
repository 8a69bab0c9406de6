"""网页各部分共同的错误。"""

from typing import Any


class ServiceError(Exception):
    """办不成一件事:稳定的代码、说给人听的中文(什么、为什么、怎么办)和供记录的上下文。

    上下文里不放个人信息。``status`` 是返回给浏览器的 HTTP 状态。
    """

    code = "service_error"
    status = 400

    def __init__(self, message: str, *, code: str | None = None, status: int | None = None, **context: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.status = status or self.status
        self.context = context


class NotAllowed(ServiceError):
    """没有做这件事的权限。"""

    code = "not_allowed"
    status = 403


class Conflict(ServiceError):
    """眼下的状态不允许做这件事。"""

    code = "conflict"
    status = 409
