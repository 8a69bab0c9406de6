"""每个请求都要经过的几道关口。"""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from .errors import ServiceError
from .views import error_page

logger = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]


class PrivatePagesMiddleware:
    """页面不留在浏览器和代理的缓存里;带摘要的静态文件由 whitenoise 另行处理。"""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response


class ServiceErrorMiddleware:
    """把 ``ServiceError`` 变成看得懂的中文页面,而不是 500；直接打开提交用的网址，也有页面说明。"""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or "text/html" not in request.headers.get(
            "Accept", ""
        ):
            return response
        page = error_page(
            request,
            status=HTTPStatus.METHOD_NOT_ALLOWED,
            title="刚才的提交没有生效",
            message="这是提交用的网址，不能直接打开。请回到原来的页面重做一次。",
        )
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """只认 ``ServiceError``;其余交给 Django。"""
        if not isinstance(exception, ServiceError):
            return None
        logger.info("办理未成 code=%s path=%s", exception.code, request.resolver_match and request.resolver_match.route)
        return error_page(request, status=exception.status, title="这一步没有办成", message=exception.message)


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """除登录页与健康检查外,一切页面都要先登录。

    局部刷新(htmx)的请求登录过期时,不把登录页塞进页面一角,而是让浏览器整页去登录。
    """

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        """未登录的请求转去登录页。"""
        response = super().handle_no_permission(request, view_func)
        if request.headers.get("HX-Request") == "true":
            response.status_code = 204
            response.headers["HX-Redirect"] = reverse(settings.LOGIN_URL)
            del response.headers["Location"]
        return response
