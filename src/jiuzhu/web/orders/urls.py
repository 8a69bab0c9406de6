"""派单的网址。"""

from django.urls import URLPattern

app_name = "orders"
urlpatterns: list[URLPattern] = []
