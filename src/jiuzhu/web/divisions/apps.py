from django.apps import AppConfig


class DivisionsConfig(AppConfig):
    name = "jiuzhu.web.divisions"
    label = "divisions"
    verbose_name = "区划与机构"
