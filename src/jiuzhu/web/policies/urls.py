"""政策与规则手册的网址。"""

from django.urls import URLPattern

app_name = "policies"
urlpatterns: list[URLPattern] = []
