"""数据交换的网址。"""

from django.urls import path

from .desk_urls import desk_urls
from .views import batches, connections, lots, sending, sources

app_name = "exchange"
urlpatterns = [
    path("", batches.batch_list, name="batches"),
    path("upload/", sending.upload, name="upload"),
    path("checks/", lots.checks, name="checks"),
    path("checks/confirm/", lots.checks_confirm, name="checks_confirm"),
    path("files/<int:pk>/", sending.received, name="received"),
    path("files/<int:pk>/drop/", sending.drop, name="drop"),
    path("batches/<int:pk>/", batches.batch_page, name="batch"),
    path("batches/<int:pk>/progress/", batches.batch_progress, name="batch_progress"),
    path("batches/<int:pk>/file/", batches.batch_file, name="batch_file"),
    path("batches/<int:pk>/check/", sending.check, name="check"),
    path("batches/<int:pk>/remap/", sending.remap, name="remap"),
    path("batches/<int:pk>/confirm/", sending.confirm, name="confirm"),
    path("batches/<int:pk>/retry/", batches.batch_retry, name="batch_retry"),
    path("batches/<int:pk>/withdraw/", batches.batch_withdraw, name="withdraw"),
    path("sources/", sources.board, name="board"),
    path("sources/scan/", sources.folder_scan, name="folder_scan"),
    path("sources/<slug:source>/", sources.source_page, name="source"),
    path("sources/<slug:source>/agree/", sources.source_set, name="source_set"),
    path("sources/<slug:source>/database/", connections.connection_page, name="connection"),
    path("sources/<slug:source>/database/fetch/", connections.connection_fetch, name="connection_fetch"),
    path("sources/<slug:source>/database/remove/", connections.connection_remove, name="connection_remove"),
    *desk_urls,
]
