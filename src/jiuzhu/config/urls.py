"""网址总表。每个功能的网址在各自的 ``urls.py``。"""

from django.urls import include, path

from jiuzhu.web.ground.health import health, metrics_page, ready
from jiuzhu.web.ground.views import bad_request, not_found, permission_denied, server_error

handler400 = bad_request
handler403 = permission_denied
handler404 = not_found
handler500 = server_error

urlpatterns = [
    path("", include("jiuzhu.web.desk.urls")),
    path("account/", include("jiuzhu.web.access.urls")),
    path("audit/", include("jiuzhu.web.audit.urls")),
    path("divisions/", include("jiuzhu.web.divisions.urls")),
    path("documents/", include("jiuzhu.web.documents.urls")),
    path("notices/", include("jiuzhu.web.notices.urls")),
    path("process/", include("jiuzhu.web.process.urls")),
    path("registry/", include("jiuzhu.web.registry.urls")),
    path("policies/", include("jiuzhu.web.policies.urls")),
    path("orders/", include("jiuzhu.web.orders.urls")),
    path("exchange/", include("jiuzhu.web.exchange.urls")),
    path("verification/", include("jiuzhu.web.verification.urls")),
    path("cases/", include("jiuzhu.web.cases.urls")),
    path("monitoring/trials/", include("jiuzhu.web.monitoring.trials.urls")),
    path("monitoring/whatif/", include("jiuzhu.web.monitoring.whatif.urls")),
    path("monitoring/", include("jiuzhu.web.monitoring.urls")),
    path("healthz", health, name="health"),
    path("readyz", ready, name="ready"),
    path("metrics", metrics_page, name="metrics"),
]
