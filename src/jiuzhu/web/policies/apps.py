from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "jiuzhu.web.policies"
    label = "policies"
    verbose_name = "政策与规则手册"
