"""公告：本人发过的、新写一则、撤回。"""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiuzhu.web.access.models import Post
from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.paging import paged
from jiuzhu.web.notices import selectors
from jiuzhu.web.notices.forms import AnnouncementForm, WithdrawForm
from jiuzhu.web.notices.services import announcement_publish, announcement_withdraw

View = Callable[..., HttpResponse]
publisher: Callable[[View], View] = permission_required("notices.publish", raise_exception=True)


@require_safe
@publisher
def announcement_list(request: StaffRequest) -> HttpResponse:
    """本人发过的公告。"""
    page = paged(selectors.published(request.scope), request.GET.get("page"))
    return render(request, "notices/announcements.html", {"page": page, "now": timezone.now()})


@require_http_methods(["GET", "HEAD", "POST"])
@publisher
def announcement_new(request: StaffRequest) -> HttpResponse:
    """写一则公告并发出。"""
    post = request.post
    assert isinstance(post, Post)  # 有权限就有岗位
    form = AnnouncementForm(request.POST or None, post=post)
    if request.method == "POST" and form.is_valid():
        try:
            notice = announcement_publish(**form.cleaned_data, post=post, actor=request.actor)
        except ServiceError as problem:
            form.add_error(None, problem.message)
        else:
            messages.success(request, f"公告已发给 {notice.audience}，共 {notice.recipients} 人。")
            return redirect("notices:announcements")
    return render(request, "notices/announcement_new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@publisher
def withdraw(request: StaffRequest, pk: UUID) -> HttpResponse:
    """撤回一则。"""
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["reason"][0]))
        return redirect("notices:announcements")
    notice = announcement_withdraw(
        notice_id=pk, reason=form.cleaned_data["reason"], scope=request.scope, actor=request.actor
    )
    messages.success(request, f"已撤回“{notice.title}”，别人的通知里不再显示。")
    return redirect("notices:announcements")
