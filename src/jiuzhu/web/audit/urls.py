"""审计的网址。"""

from django.urls import URLPattern

app_name = "audit"
urlpatterns: list[URLPattern] = []
