from django.apps import AppConfig


class ProcessConfig(AppConfig):
    name = "jiuzhu.web.process"
    label = "process"
    verbose_name = "流程与待办"
