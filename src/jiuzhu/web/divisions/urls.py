"""区划与机构的网址。"""

from django.urls import URLPattern

app_name = "divisions"
urlpatterns: list[URLPattern] = []
