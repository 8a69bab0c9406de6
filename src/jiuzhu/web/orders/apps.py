from django.apps import AppConfig

from jiuzhu.web.ground.menu import MenuItem

PAGES = ("list", "order", "new", "find", "task")


class OrdersConfig(AppConfig):
    name = "jiuzhu.web.orders"
    label = "orders"
    verbose_name = "派单"
    menu = (
        MenuItem("派单", "send", "orders:list", tuple(f"orders:{name}" for name in PAGES), "orders.view_order", 23),
        MenuItem("派单设置", "settings", "orders:setting", ("orders:setting",), "orders.change_setting", 94),
    )
    process_followers = dict.fromkeys(("order", "order_urgent", "order_check"), "jiuzhu.web.orders.following.follow")
    task_pages = dict.fromkeys(("order", "order_urgent", "order_check"), ("orders:task", "orders.view_order"))
    subject_pages = {"orders.order": ("orders:order", "orders.view_order")}
    upload_readers = ("jiuzhu.web.orders.sharing.readable_papers",)
    audit_actions = {
        "orders.order_open": "点单",
        "orders.order_join": "并入在办的派单",
        "orders.part_set": "列入承办单位",
        "orders.measure_add": "登记帮扶措施",
        "orders.measure_withdraw": "撤下帮扶措施",
        "orders.household_ask": "登记回访",
        "orders.setting_set": "派单设置",
    }
    audit_fields = {
        "origin": "来源",
        "kind": "种类",
        "parts": "承办单位",
        "programme": "政策或项目",
        "amount": "金额",
        "quantity": "数量",
        "solved": "是否解决",
        "satisfaction": "满意度",
        "asked_percent": "回访比例",
        "data_sender": "数据来的单由谁派",
        "urgent": "紧急",
    }
