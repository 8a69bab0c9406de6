"""政策一本账的网址。"""

from django.urls import path

from .views import ledger

urlpatterns = [
    path("", ledger.ledger, name="ledger"),
    path("programmes/<slug:code>/", ledger.programme_page, name="programme"),
]
