"""本人手机上签：窗口给出一次性的链接与二维码，本人打开签名，不登录。"""

import io
from typing import Any

import qrcode
import qrcode.image.svg
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from jiuzhu.web.access.addresses import address_of
from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.request import StaffRequest, who
from jiuzhu.web.cases import selectors, services
from jiuzhu.web.cases.services.linking import GONE, MINUTES, county_of, link_of
from jiuzhu.web.ground.errors import ServiceError

from .common import application_or_404, starter
from .signing import given, member_or_404, sign_context, strokes_of


@require_POST
@starter
def link(request: StaffRequest, pk: int, person_id: str) -> HttpResponse:
    """给出链接：二维码当面扫，网址不带个人信息。"""
    application = application_or_404(request, pk)
    person = member_or_404(request, application, person_id)
    context = sign_context(application, person) | {"place": request.POST.get("place", "")}
    try:
        code = services.link_make(
            application=application, person_id=person_id, place=request.POST.get("place", ""), **who(request)
        )
    except ServiceError as error:
        return render(request, "cases/sign.html", context | {"problem": error.message}, status=error.status)
    url = request.build_absolute_uri(reverse("cases:link_sign", args=[code]))
    return render(request, "cases/link.html", context | {"url": url, "picture": picture_of(url), "minutes": MINUTES})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link_sign(request: HttpRequest, code: str) -> HttpResponse:
    """本人打开链接签名；不登录，只看得到这一份承诺书与授权书。"""
    with county_of(code).applied() as scope:
        try:
            limit(request, "sign_link")
            found = link_of(code)
        except ServiceError as error:
            return render(request, "cases/link_gone.html", {"problem": error.message}, status=error.status)
        people = selectors.living(scope, found.application.household)
        person = next((one for one in people if one.person_id == found.person_id), None)
        if person is None:
            return render(request, "cases/link_gone.html", {"problem": GONE}, status=404)
        context: dict[str, Any] = sign_context(found.application, person)
        status = 200
        if request.method == "POST":
            told = given(request) | {"place": found.place}
            try:
                services.link_sign(code=code, address=address_of(request), strokes=strokes_of(request), **told)
            except ServiceError as error:
                context["problem"], status = error.message, error.status
            else:
                return render(request, "cases/link_done.html")
        return render(request, "cases/link_sign.html", context, status=status)


def picture_of(url: str) -> SafeString:
    """二维码，内嵌的 SVG。"""
    image = qrcode.make(url, image_factory=qrcode.image.svg.SvgPathImage, box_size=12, border=2)
    held = io.BytesIO()
    image.save(held)
    return mark_safe(held.getvalue().decode().partition("?>")[2].strip())
