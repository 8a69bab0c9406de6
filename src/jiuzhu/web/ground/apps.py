from django.apps import AppConfig


class GroundConfig(AppConfig):
    name = "jiuzhu.web.ground"
    label = "ground"
    verbose_name = "公共基础"
