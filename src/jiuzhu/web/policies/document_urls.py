"""政策文件的网址。"""

from django.urls import path

from .views import documents

urlpatterns = [
    path("documents/", documents.document_list, name="documents"),
    path("documents/new/", documents.document_new, name="document_new"),
    path("documents/<int:pk>/", documents.document_page, name="document"),
    path("documents/<int:pk>/edit/", documents.document_edit, name="document_edit"),
    path("documents/<int:pk>/files/", documents.document_upload, name="document_upload"),
    path("documents/<int:pk>/files/<int:upload>/", documents.document_file, name="document_file"),
    path(
        "documents/<int:pk>/files/<int:upload>/withdraw/",
        documents.document_file_withdraw,
        name="document_file_withdraw",
    ),
]
