"""数据交换的网址。"""

from django.urls import URLPattern

app_name = "exchange"
urlpatterns: list[URLPattern] = []
