from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "jiuzhu.web.registry"
    label = "registry"
    verbose_name = "对象库"
