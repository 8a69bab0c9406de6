from django.apps import AppConfig

from jiuzhu.web.ground.menu import MenuItem

PAGES = ("list", "new", "costing", "households")


class WhatIfConfig(AppConfig):
    name = "jiuzhu.web.monitoring.whatif"
    label = "whatif"
    verbose_name = "政策测算"
    audit_actions = {
        "whatif.costing_start": "发起政策测算",
        "whatif.costing_keep": "政策测算完成",
        "whatif.costing_export": "导出政策测算",
    }
    audit_fields = {
        "against": "与哪一版比",
        "programmes": "哪些项目",
        "standards_on": "按哪天的标准",
        "entered": "新进",
        "left": "退出",
        "yearly": "每年增减",
        "rows": "行数",
    }
    menu = (
        MenuItem(
            "政策测算", "calculator", "whatif:list", tuple(f"whatif:{name}" for name in PAGES),
            "policies.try_rulebook", 62,
        ),
    )  # fmt: skip
