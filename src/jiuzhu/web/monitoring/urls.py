"""监测预警的网址。"""

from django.urls import path, register_converter

from .views import care, compare, effect, entitled, files, findings, household, overview, plans, runs, warnings


class HouseholdId:
    """户编号:H 加大写字母与数字。"""

    regex = "[A-Z0-9]{1,40}"

    def to_python(self, value: str) -> str:
        """原样。"""
        return value

    def to_url(self, value: str) -> str:
        """原样。"""
        return value


register_converter(HouseholdId, "household")

app_name = "monitoring"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("warnings/", warnings.warning_list, name="warnings"),
    path("warnings/open/", warnings.warnings_open, name="warnings_open"),
    path("warnings/dispatch/<int:number>/", warnings.dispatch_progress, name="dispatch"),
    path("warnings/<int:pk>/", warnings.warning_page, name="warning"),
    path("warnings/<int:pk>/close/", warnings.warning_close, name="warning_close"),
    path("warnings/<int:pk>/reopen/", warnings.warning_reopen, name="warning_reopen"),
    path("effect/", effect.effect_page, name="effect"),
    path("effect/list/", effect.effect_list, name="effect_list"),
    path("effect/findings/", effect.effect_findings, name="effect_findings"),
    path("effect/export/", effect.effect_export, name="effect_export"),
    path("households/<household:household_id>/", household.household_page, name="household"),
    path("entitled/", entitled.entitled_page, name="entitled"),
    path("entitled/open/", entitled.entitled_open, name="entitled_open"),
    path("households/<household:household_id>/entitled/", entitled.household_entitled, name="household_entitled"),
    path("households/<household:household_id>/care/<slug:kind>/", care.care_new, name="care_new"),
    path("households/<household:household_id>/papers/<int:pk>/", care.care_paper, name="care_paper"),
    path("plans/", plans.plan_list, name="plans"),
    path("plans/card/", plans.plan_card, name="plan_card"),
    path("plans/<str:category>/", plans.plan_page, name="plan"),
    path("plans/<str:category>/edit/", plans.plan_edit, name="plan_edit"),
    path("findings/", findings.finding_list, name="findings"),
    path("findings/open/", findings.findings_open, name="findings_open"),
    path("findings/<int:pk>/", findings.finding_page, name="finding"),
    path("findings/<int:pk>/outcome/", findings.finding_outcome, name="finding_outcome"),
    path("findings/<int:pk>/undo/", findings.finding_undo, name="finding_undo"),
    path("files/", files.file_list, name="files"),
    path("files/quarantine/", files.quarantine_list, name="quarantine"),
    path("runs/", runs.run_list, name="runs"),
    path("runs/compare/", compare.compare, name="compare"),
    path("runs/compare/sheet/", compare.compare_sheet, name="compare_sheet"),
    path("runs/refresh/", runs.run_refresh, name="run_refresh"),
    path("runs/schedule/", runs.schedule, name="schedule"),
    path("runs/<int:number>/", runs.run_page, name="run"),
    path("runs/new/", runs.run_new, name="run_new"),
    path("runs/<int:number>/progress/", runs.run_progress, name="run_progress"),
]
