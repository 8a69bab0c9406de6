"""手册台里救助项目的网址。"""

from django.urls import path

from .views import programme_cases, programme_rules, programmes

HERE = "rulebooks/<int:pk>/programmes/"
ONE = HERE + "<slug:code>/"
RULE = ONE + "<str:part>/"

urlpatterns = [
    path(HERE, programmes.programme_list, name="rulebook_programmes"),
    path(HERE + "new/", programmes.programme_new, name="rulebook_programme_new"),
    path(ONE, programmes.programme_view, name="rulebook_programme"),
    path(ONE + "elements/", programmes.elements_edit, name="rulebook_elements"),
    path(ONE + "held/", programme_rules.held_edit, name="rulebook_held"),
    path(ONE + "remove/", programmes.programme_remove, name="rulebook_programme_remove"),
    path(ONE + "cases/new/", programme_cases.case_new, name="rulebook_programme_case_new"),
    path(ONE + "cases/<int:place>/", programme_cases.case_edit, name="rulebook_programme_case"),
    path(ONE + "cases/<int:place>/remove/", programme_cases.case_remove, name="rulebook_programme_case_remove"),
    path(RULE + "new/", programme_rules.rule_new, name="rulebook_programme_rule_new"),
    path(RULE + "check/", programme_rules.rule_check, name="rulebook_programme_check"),
    path(RULE + "<int:place>/", programme_rules.rule_edit, name="rulebook_programme_rule"),
    path(RULE + "<int:place>/remove/", programme_rules.rule_remove, name="rulebook_programme_rule_remove"),
]
