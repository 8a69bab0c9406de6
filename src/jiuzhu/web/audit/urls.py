"""审计的网址。"""

from django.urls import path, register_converter

from .views import entries, seals


class SheetKind:
    """导出的格式。"""

    regex = "|".join(entries.FORMATS)

    def to_python(self, value: str) -> str:
        """原样。"""
        return value

    def to_url(self, value: str) -> str:
        """原样。"""
        return value


register_converter(SheetKind, "audit_sheet")

app_name = "audit"
urlpatterns = [
    path("", entries.entry_list, name="entries"),
    path("export.<audit_sheet:kind>", entries.entry_export, name="entries_export"),
    path("entries/<int:lane>/<int:seq>/", entries.entry_page, name="entry"),
    path("entries/<int:lane>/<int:seq>/check/", entries.entry_check, name="entry_check"),
    path("seals/", seals.seal_list, name="seals"),
    path("seals/<str:day>/", seals.seal_file, name="seal_file"),
]
