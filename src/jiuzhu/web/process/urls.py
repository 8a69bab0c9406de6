"""流程与待办的网址。"""

from django.urls import URLPattern

app_name = "process"
urlpatterns: list[URLPattern] = []
