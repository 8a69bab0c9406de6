"""一门受理的网址。"""

from django.urls import URLPattern

app_name = "cases"
urlpatterns: list[URLPattern] = []
