"""岗位：授予、收回（安全管理员）。"""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from jiuzhu.web.access import selectors
from jiuzhu.web.access.account_forms import PostForm
from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.models import Post
from jiuzhu.web.access.roles import ROLES, conflicts
from jiuzhu.web.access.services import post_end, post_grant
from jiuzhu.web.ground.errors import ServiceError

from .common import GRANT, actor_of, area_of, managed, reason_in, told


@require_http_methods(["GET", "POST"])
@permission_required(GRANT, raise_exception=True)
def post_new(request: HttpRequest, pk: int) -> HttpResponse:
    """授予岗位：先选角色，再从相配的单位、片区里选。"""
    user = managed(request, pk)
    role = request.POST.get("role") or request.GET.get("role") or ""
    form = PostForm(request.POST or None, role=role, area=area_of(request))
    if request.method == "POST" and form.is_valid():
        limit(request, "grant")
        try:
            post_grant(user=user, **form.cleaned_data, actor=actor_of(request))
        except ServiceError as error:
            form.add_error(None, error.message)
        else:
            told(request, f"已授予“{ROLES[role].title}”。")
            return redirect("access:account", pk)
    held = {post.role for post in selectors.posts_in_force(user)}
    context = {
        "person": user,
        "form": form,
        "role": ROLES.get(role),
        "clash": ROLES[clash].title if role in ROLES and (clash := conflicts(held, role)) else "",
        "held": [ROLES[code].title for code in sorted(held)],
    }
    partial = request.headers.get("HX-Target") == "post-form"
    return render(request, "access/post_form.html#form" if partial else "access/post_form.html", context)


@require_POST
@permission_required(GRANT, raise_exception=True)
def post_ending(request: HttpRequest, pk: int, post_pk: int) -> HttpResponse:
    """收回岗位；只收得回自己片区里的。"""
    user = managed(request, pk)
    post = get_object_or_404(Post, pk=post_pk, user=user, division_code__startswith=area_of(request))
    post_end(post=post, reason=reason_in(request), actor=actor_of(request))
    told(request, f"已收回“{post.title}”。")
    return redirect("access:account", pk)
