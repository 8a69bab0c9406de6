"""政策与规则手册的网址。"""

from . import document_urls, ledger_urls, programme_urls, rulebook_urls

app_name = "policies"
urlpatterns = [
    *ledger_urls.urlpatterns,
    *document_urls.urlpatterns,
    *rulebook_urls.urlpatterns,
    *programme_urls.urlpatterns,
]
