from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "jiuzhu.web.cases"
    label = "cases"
    verbose_name = "一门受理"
