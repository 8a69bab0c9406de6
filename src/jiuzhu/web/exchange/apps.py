from django.apps import AppConfig

from .desks import DESK_ACTIONS, DESK_FIELDS, DESK_MENU, DESK_SUBJECTS


class ExchangeConfig(AppConfig):
    name = "jiuzhu.web.exchange"
    label = "exchange"
    verbose_name = "数据交换"
    menu = (*DESK_MENU,)
    audit_actions = {**DESK_ACTIONS}
    audit_subjects = {**DESK_SUBJECTS}
    audit_fields = {**DESK_FIELDS}
