from django.apps import AppConfig

from jiuzhu.web.ground.menu import MenuItem

FILE_PAGES = ("households", "household", "visit_new", "person_correct")
MERGE_PAGES = ("merges", "merge", "merge_new", "split_new")
REPORT_PAGES = ("reports", "report", "report_new")


class RegistryConfig(AppConfig):
    name = "jiuzhu.web.registry"
    label = "registry"
    verbose_name = "对象库"
    menu = (
        MenuItem(
            "对象库",
            "users",
            "registry:households",
            tuple(f"registry:{name}" for name in FILE_PAGES),
            "registry.view_household",
            30,
        ),
        MenuItem(
            "主动发现",
            "user-plus",
            "registry:reports",
            tuple(f"registry:{name}" for name in REPORT_PAGES),
            "registry.report",
            31,
        ),
        MenuItem(
            "合并拆分",
            "arrows-join",
            "registry:merges",
            tuple(f"registry:{name}" for name in MERGE_PAGES),
            "registry.merge_person",
            32,
        ),
    )
    audit_actions = {
        "registry.households_load": "装入对象库",
        "registry.household_fetch": "调入一户",
        "registry.person_add": "窗口建档",
        "registry.file_read": "查看一户一档",
        "registry.unmask": "查看明文",
        "registry.visit_add": "登记走访",
        "registry.report_submit": "上报困难群众",
        "registry.person_correct": "更正个人信息",
        "registry.merge_propose": "提出合并或拆分",
        "registry.merge_confirm": "确认合并或拆分",
        "registry.merge_drop": "放弃合并或拆分",
        "registry.merge_undo": "撤销合并或拆分",
        "registry.file_print": "打印一户一档",
        "registry.households_export": "导出对象名单",
    }
    subject_pages = {
        "registry.household": ("registry:household", "registry.view_household"),
        "registry.report": ("registry:report", "registry.report"),
    }
    audit_subjects = {"registry.households": "对象库"}
    audit_fields = {
        "households": "户数",
        "people": "人数",
        "events": "新增记录数",
        "run": "第几次监测",
        "needs": "困难",
        "urgent": "紧急",
        "codes": "类别",
        "characters": "字数",
        "field": "字段",
        "rows": "行数",
    }
