"""数据交换的网址。"""

from .desk_urls import desk_urls

app_name = "exchange"
urlpatterns = [
    *desk_urls,
]
