"""账号：名单、开设、修改、停用、恢复、重设密码（系统管理员）；一个人的全部情况（系统、安全管理员）。"""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access import second_factor, selectors
from jiuzhu.web.access.account_forms import AccountFilter, AccountForm
from jiuzhu.web.access.models import User
from jiuzhu.web.access.passwords import new_password
from jiuzhu.web.access.services import account_change, account_close, account_create, account_reopen, password_reset
from jiuzhu.web.access.usernames import suggest
from jiuzhu.web.divisions.codes import full_code
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.ground.paging import paged

from .common import ADD, CHANGE, VIEW, actor_of, area_of, managed, owned, reason_in, told


@require_safe
@permission_required(VIEW, raise_exception=True)
def account_list(request: HttpRequest) -> HttpResponse:
    """名单：搜索、按单位、角色、状态筛选。"""
    form = AccountFilter(request.GET, area=area_of(request))
    page = paged(form.apply(selectors.users_managed(area_of(request))), request.GET.get("page"))
    area = area_of(request)
    for user in page:
        user.current = [post for post in user.posts.all() if post.in_force() and post.division_code.startswith(area)]
    context = {"form": form, "page": page, "is_filtered": form.is_filtered}
    partial = request.headers.get("HX-Target") == "list"
    return render(request, "access/accounts.html#list" if partial else "access/accounts.html", context)


@require_safe
@permission_required(VIEW, raise_exception=True)
def account_page(request: HttpRequest, pk: int) -> HttpResponse:
    """一个人：账号、岗位、登录。"""
    user = managed(request, pk)
    context = {
        "person": user,
        "posts": selectors.posts_of(user, area_of(request)),
        "places": selectors.sessions_of(user),
        "enrolled": second_factor.is_enrolled(user),
        "required": second_factor.is_required(user),
        "is_self": user == request.user,
        "elsewhere": selectors.works_elsewhere(user, area_of(request)),
    }
    return render(request, "access/account.html", context)


@require_http_methods(["GET", "POST"])
@permission_required(ADD, raise_exception=True)
def account_new(request: HttpRequest) -> HttpResponse:
    """开账号：姓名、用户名；初始密码只显示这一次。"""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = new_password()
        try:
            user = account_create(
                **form.cleaned_data,
                password=password,
                division_code=full_code(area_of(request)),
                actor=actor_of(request),
            )
        except Conflict as error:
            form.add_error("username", error.message)
        else:
            return _handed_over(request, user, password, "账号开好了")
    return render(request, "access/account_form.html", {"form": form})


@require_safe
@permission_required(ADD, raise_exception=True)
def username_suggest(request: HttpRequest) -> HttpResponse:
    """按姓名拟一个没有人用的用户名，填进输入框。"""
    form = AccountForm(initial={"username": suggest(request.GET.get("display_name", "")[:40])})
    return render(request, "access/account_form.html#username", {"form": form})


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def account_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """改姓名、用户名。"""
    user = owned(request, pk)
    form = AccountForm(request.POST or None, initial={"username": user.username, "display_name": user.display_name})
    if request.method == "POST" and form.is_valid():
        try:
            account_change(user=user, **form.cleaned_data, actor=actor_of(request))
        except Conflict as error:
            form.add_error("username", error.message)
        else:
            told(request, "已保存。")
            return redirect("access:account", pk)
    return render(request, "access/account_form.html", {"form": form, "person": user})


@require_POST
@permission_required(CHANGE, raise_exception=True)
def account_password(request: HttpRequest, pk: int) -> HttpResponse:
    """重设密码，新的只显示这一次。"""
    user, password = owned(request, pk), new_password()
    password_reset(user=user, password=password, actor=actor_of(request), reason=reason_in(request))
    return _handed_over(request, user, password, "密码重设好了")


@require_POST
@permission_required(CHANGE, raise_exception=True)
def account_closing(request: HttpRequest, pk: int) -> HttpResponse:
    """停用。"""
    account_close(user=owned(request, pk), reason=reason_in(request), actor=actor_of(request))
    told(request, "账号已停用，岗位已一并收回。")
    return redirect("access:account", pk)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def account_reopening(request: HttpRequest, pk: int) -> HttpResponse:
    """恢复停用的。"""
    user, password = owned(request, pk), new_password()
    account_reopen(user=user, password=password, reason=reason_in(request), actor=actor_of(request))
    return _handed_over(request, user, password, "账号恢复了")


def _handed_over(request: HttpRequest, user: User, password: str, title: str) -> HttpResponse:
    return render(request, "access/handed_over.html", {"person": user, "password": password, "title": title})
