"""通知的网址。"""

from django.urls import path

from .views import announcements, inbox

app_name = "notices"
urlpatterns = [
    path("", inbox.notice_list, name="list"),
    path("read/", inbox.read_all, name="read_all"),
    path("<uuid:pk>/open/", inbox.notice_open, name="open"),
    path("<uuid:pk>/read/", inbox.notice_read, name="read"),
    path("announcements/", announcements.announcement_list, name="announcements"),
    path("announcements/new/", announcements.announcement_new, name="announcement_new"),
    path("announcements/<uuid:pk>/withdraw/", announcements.withdraw, name="withdraw"),
]
