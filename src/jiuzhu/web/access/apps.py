from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "jiuzhu.web.access"
    label = "access"
    verbose_name = "人员与登录"
