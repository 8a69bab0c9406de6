"""工作台的网址。"""

from django.urls import path

from . import views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("more/", views.more, name="more"),
    path("search/", views.search, name="search"),
    path("search/fetch/", views.fetch, name="fetch"),
    path("board/", views.board, name="board"),
]
