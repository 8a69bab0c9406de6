"""区划与机构的网址。"""

from django.urls import path, register_converter

from .models import ImportFile
from .views import changes, imports, organisations, tree


class DivisionCode:
    """十二位区划代码。"""

    regex = "[0-9]{12}"

    def to_python(self, value: str) -> str:
        """原样。"""
        return value

    def to_url(self, value: str) -> str:
        """原样。"""
        return value


class ImportKind(DivisionCode):
    """导入的种类。"""

    regex = "|".join(ImportFile.Kind.values)


register_converter(DivisionCode, "division_code")
register_converter(ImportKind, "import_kind")

app_name = "divisions"
urlpatterns = [
    path("", tree.tree, name="tree"),
    path("<division_code:code>/", tree.division, name="division"),
    path("names/<int:pk>/", tree.correct, name="correct"),
    path("changes/", tree.changes, name="changes"),
    path("changes/new/", changes.change_new, name="change_new"),
    path("organisations/", organisations.organisation_list, name="organisations"),
    path("organisations/new/", organisations.organisation_new, name="organisation_new"),
    path("organisations/<int:pk>/", organisations.organisation_edit, name="organisation_edit"),
    path("organisations/<int:pk>/close/", organisations.organisation_stop, name="organisation_close"),
    path("imports/", imports.imports, name="imports"),
    path("imports/blank/<import_kind:kind>/", imports.import_blank, name="import_blank"),
    path("imports/<int:pk>/", imports.import_preview, name="import_preview"),
    path("imports/<int:pk>/confirm/", imports.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/cancel/", imports.import_cancel, name="import_cancel"),
]
