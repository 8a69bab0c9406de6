"""文书与附件的网址。"""

from django.urls import path

from .views import letterheads, papers, uploads

app_name = "documents"
urlpatterns = [
    path("verify/", papers.verify, name="verify"),
    path("papers/<int:pk>/", papers.paper_show, name="paper"),
    path("letterheads/", letterheads.letterhead_list, name="letterheads"),
    path("letterheads/<int:pk>/", letterheads.letterhead_save, name="letterhead_save"),
    path("uploads/", uploads.upload_new, name="upload"),
    path("uploads/<int:pk>/", uploads.upload_download, name="download"),
    path("uploads/<int:pk>/preview/", uploads.upload_show, name="preview"),
    path("uploads/<int:pk>/withdraw/", uploads.upload_remove, name="withdraw"),
]
