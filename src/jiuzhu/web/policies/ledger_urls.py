"""政策一本账的网址。"""

from django.urls import path

from .views import ledger

urlpatterns = [
    path("policies/", ledger.ledger, name="ledger"),
    path("policies/<slug:code>/", ledger.programme_page, name="programme"),
]
