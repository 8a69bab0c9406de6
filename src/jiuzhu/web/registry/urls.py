"""对象库的网址。"""

from django.urls import URLPattern

app_name = "registry"
urlpatterns: list[URLPattern] = []
