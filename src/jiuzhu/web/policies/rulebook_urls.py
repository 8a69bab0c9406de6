"""规则手册的网址。"""

from django.urls import path

from .views import rulebook_cases, rulebook_rules, rulebook_values, rulebook_versions

urlpatterns = [
    path("rulebooks/", rulebook_versions.version_list, name="rulebooks"),
    path("rulebooks/new/", rulebook_versions.version_new, name="rulebook_new"),
    path("rulebooks/<int:pk>/", rulebook_versions.version_page, name="rulebook"),
    path("rulebooks/<int:pk>/rename/", rulebook_versions.version_rename, name="rulebook_rename"),
    path("rulebooks/<int:pk>/submit/", rulebook_versions.version_submit, name="rulebook_submit"),
    path("rulebooks/<int:pk>/return/", rulebook_versions.version_return, name="rulebook_return"),
    path("rulebooks/<int:pk>/publish/", rulebook_versions.version_publish, name="rulebook_publish"),
    path("rulebooks/<int:pk>/drop/", rulebook_versions.version_drop, name="rulebook_drop"),
    path("rulebooks/<int:pk>/diff/", rulebook_versions.diff, name="rulebook_diff"),
    path("rulebooks/<int:pk>/check/", rulebook_versions.check, name="rulebook_check"),
    path("rulebooks/<int:pk>/indicators/", rulebook_rules.indicator_list, name="rulebook_indicators"),
    path("rulebooks/<int:pk>/indicators/new/", rulebook_rules.indicator_new, name="rulebook_indicator_new"),
    path("rulebooks/<int:pk>/indicators/<str:code>/", rulebook_rules.indicator_edit, name="rulebook_indicator"),
    path(
        "rulebooks/<int:pk>/indicators/<str:code>/remove/",
        rulebook_rules.indicator_remove,
        name="rulebook_indicator_remove",
    ),
    path("rulebooks/<int:pk>/findings/", rulebook_rules.finding_list, name="rulebook_findings"),
    path("rulebooks/<int:pk>/findings/new/", rulebook_rules.limit_new, name="rulebook_limit_new"),
    path("rulebooks/<int:pk>/findings/<str:code>/", rulebook_rules.limit_edit, name="rulebook_limit"),
    path("rulebooks/<int:pk>/findings/<str:code>/remove/", rulebook_rules.limit_remove, name="rulebook_limit_remove"),
    path("rulebooks/<int:pk>/parameters/", rulebook_values.parameter_list, name="rulebook_parameters"),
    path("rulebooks/<int:pk>/parameters/new/", rulebook_values.parameter_new, name="rulebook_parameter_new"),
    path("rulebooks/<int:pk>/parameters/<str:name>/", rulebook_values.parameter_edit, name="rulebook_parameter"),
    path(
        "rulebooks/<int:pk>/parameters/<str:name>/remove/",
        rulebook_values.parameter_remove,
        name="rulebook_parameter_remove",
    ),
    path("rulebooks/<int:pk>/bands/", rulebook_values.bands, name="rulebook_bands"),
    path("rulebooks/<int:pk>/indices/<str:title>/", rulebook_values.index_edit, name="rulebook_index"),
    path("rulebooks/<int:pk>/cases/", rulebook_cases.case_list, name="rulebook_cases"),
    path("rulebooks/<int:pk>/cases/new/", rulebook_cases.case_new, name="rulebook_case_new"),
    path("rulebooks/<int:pk>/cases/<int:place>/", rulebook_cases.case_edit, name="rulebook_case"),
    path("rulebooks/<int:pk>/cases/<int:place>/remove/", rulebook_cases.case_remove, name="rulebook_case_remove"),
]
