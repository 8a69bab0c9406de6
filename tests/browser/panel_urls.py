"""浏览器测试用的网址表：在真的网址之外，加一页嵌着附件栏的。"""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from jiuzhu.config import urls

PAGE = """{% extends "ground/base.html" %}{% block heading %}试页{% endblock %}{% block content %}
{% include "documents/uploads.html" with subject_kind="registry.household" subject_key="H1" division_code="429998101000" %}
{% endblock %}"""

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


def panel_page(request: HttpRequest) -> HttpResponse:
    """嵌着附件栏的一页。"""
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


urlpatterns = [*urls.urlpatterns, path("panel/", panel_page)]
