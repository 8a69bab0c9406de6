"""隔离台、认人台的网址。"""

from django.urls import path

from .views import matching, quarantine

desk_urls = [
    path("quarantine/", quarantine.desk, name="quarantine"),
    path("quarantine/return/", quarantine.rows_return, name="quarantine_return"),
    path("quarantine/<int:pk>/", quarantine.batch_page, name="quarantine_batch"),
    path("quarantine/<int:pk>/list/", quarantine.rows_list, name="quarantine_list"),
    path("quarantine/<int:pk>/rows/<int:row>/", quarantine.row_page, name="quarantine_row"),
    path("quarantine/<int:pk>/rows/<int:row>/check/", quarantine.row_check, name="quarantine_check"),
    path("quarantine/<int:pk>/rows/<int:row>/plain/", quarantine.row_plain, name="quarantine_plain"),
    path("quarantine/<int:pk>/rows/<int:row>/undo/", quarantine.row_undo, name="quarantine_undo"),
    path("matching/", matching.desk, name="matching"),
    path("matching/decisions/", matching.decision_list, name="matching_list"),
    path("matching/decisions/<int:pk>/agree/", matching.agree, name="matching_agree"),
    path("matching/decisions/<int:pk>/refuse/", matching.refuse, name="matching_refuse"),
    path("matching/decisions/<int:pk>/undo/", matching.undo, name="matching_undo"),
    path("matching/<int:pk>/", matching.row_page, name="matching_row"),
    path("matching/<int:pk>/decide/", matching.decide, name="matching_decide"),
    path("matching/<int:pk>/plain/", matching.plain, name="matching_plain"),
]
