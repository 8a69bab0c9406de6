from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "jiuzhu.web.desk"
    label = "desk"
    verbose_name = "工作台"
