from django.apps import AppConfig

from .desks import DESK_ACTIONS, DESK_FIELDS, DESK_MENU, DESK_SUBJECTS
from .intake_declared import INTAKE_ACTIONS, INTAKE_FIELDS, INTAKE_MENU, INTAKE_SUBJECTS


class ExchangeConfig(AppConfig):
    name = "jiuzhu.web.exchange"
    label = "exchange"
    verbose_name = "数据交换"
    menu = (*INTAKE_MENU, *DESK_MENU)
    audit_actions = {**INTAKE_ACTIONS, **DESK_ACTIONS}
    audit_subjects = {**INTAKE_SUBJECTS, **DESK_SUBJECTS}
    audit_fields = {**INTAKE_FIELDS, **DESK_FIELDS}
