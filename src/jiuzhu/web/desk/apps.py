from django.apps import AppConfig

from jiuzhu.web.ground.menu import MenuItem


class DeskConfig(AppConfig):
    name = "jiuzhu.web.desk"
    label = "desk"
    verbose_name = "工作台"
    audit_actions = {"desk.search": "查找"}
    audit_subjects = {"desk.search": "查找"}
    audit_fields = {"rows": "找到几条"}
    menu = (
        MenuItem("工作台", "layout-dashboard", "desk:home", ("desk:home", "desk:search"), "", 10),
        MenuItem("看板", "chart-bar", "desk:board", ("desk:board",), "desk.view_dashboard", 11),
    )
