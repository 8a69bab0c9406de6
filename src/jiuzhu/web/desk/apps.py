from django.apps import AppConfig

from jiuzhu.web.ground.menu import MenuItem


class DeskConfig(AppConfig):
    name = "jiuzhu.web.desk"
    label = "desk"
    verbose_name = "工作台"
    menu = (MenuItem("工作台", "layout-dashboard", "desk:home", ("desk:home", "desk:search"), "", 10),)
