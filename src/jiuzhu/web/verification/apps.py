from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "jiuzhu.web.verification"
    label = "verification"
    verbose_name = "核对"
