"""文书与附件的网址。"""

from django.urls import URLPattern

app_name = "documents"
urlpatterns: list[URLPattern] = []
