"""各种出错页。出错页不带任何数据,只说发生了什么、怎么办。"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def error_page(request: HttpRequest, *, status: int, title: str, message: str) -> HttpResponse:
    """出错页;局部刷新的请求只得到一条提示,由页面顶部显示。"""
    partial = request.headers.get("HX-Request") == "true"
    template = "ground/error.html#notice" if partial else "ground/error.html"
    return render(request, template, {"title": title, "message": message, "status": status}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400。"""
    return error_page(request, status=400, title="请求无法识别", message="网址或提交的内容不完整，请返回上一页重试。")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403。"""
    return error_page(
        request,
        status=403,
        title="没有权限",
        message="您的岗位不能打开这一页或做这件事；确有需要，请联系管理员。",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """页面停留过久,提交凭证已失效。"""
    return error_page(
        request,
        status=403,
        title="页面已过期",
        message="页面停留过久，提交没有生效。请刷新页面后重做一次。",
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404。"""
    return error_page(
        request, status=404, title="没有这一页", message="网址有误，或这条记录不在您所辖之内。请从左侧栏目重新进入。"
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500。数据库可能也不可用,所以不读会话、不查库。"""
    return render(
        None,
        "ground/plain_error.html",
        {
            "title": "系统出错了",
            "message": "这一页没能打开，数据不受影响。请稍后再试；仍不行请把时间与编号告诉管理员。"
            f"编号：{getattr(request, 'request_id', '无')}",
        },
        status=500,
    )
