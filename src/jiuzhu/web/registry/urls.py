"""对象库的网址。网址里只有户编号、人编号，没有姓名与号码。"""

from django.urls import path, register_converter

from .views import households, merges, people, printing, reports, visits


class RegistryId:
    """户编号、人编号：H 或 P 加十六位大写字母与数字。"""

    regex = "[HP][A-Z0-9]{1,39}"

    def to_python(self, value: str) -> str:
        """原样。"""
        return value

    def to_url(self, value: str) -> str:
        """原样。"""
        return value


register_converter(RegistryId, "registry_id")

app_name = "registry"
urlpatterns = [
    path("", households.household_list, name="households"),
    path("export/", printing.households_export, name="households_export"),
    path("households/<registry_id:household_id>/", households.household_page, name="household"),
    path("households/<registry_id:household_id>/print/", printing.household_print, name="household_print"),
    path("households/<registry_id:household_id>/visits/new/", visits.visit_new, name="visit_new"),
    path("people/<registry_id:person_id>/plain/<slug:field>/", people.person_unmask, name="person_unmask"),
    path("people/<registry_id:person_id>/correct/", people.person_correct, name="person_correct"),
    path("people/<registry_id:person_id>/merge/", merges.merge_new, name="merge_new"),
    path("people/<registry_id:person_id>/split/", merges.split_new, name="split_new"),
    path("merges/", merges.merge_list, name="merges"),
    path("merges/<int:pk>/", merges.merge_page, name="merge"),
    path("merges/<int:pk>/confirm/", merges.merge_confirm, name="merge_confirm"),
    path("merges/<int:pk>/drop/", merges.merge_drop, name="merge_drop"),
    path("merges/<int:pk>/undo/", merges.merge_undo, name="merge_undo"),
    path("reports/", reports.report_list, name="reports"),
    path("reports/new/", reports.report_new, name="report_new"),
    path("reports/<int:pk>/", reports.report_page, name="report"),
    path("reports/<int:pk>/open/", reports.report_open, name="report_open"),
]
