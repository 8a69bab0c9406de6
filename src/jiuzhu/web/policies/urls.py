"""政策与规则手册的网址。"""

from . import rulebook_urls

app_name = "policies"
urlpatterns = [*rulebook_urls.urlpatterns]
