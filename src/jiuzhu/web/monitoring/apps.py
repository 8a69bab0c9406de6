from django.apps import AppConfig

from jiuzhu.web.ground.menu import MenuItem

READ = "monitoring.view_householdwarning"
BATCHES = "monitoring.view_runfile"
RUNS = "monitoring.view_run"


class MonitoringConfig(AppConfig):
    name = "jiuzhu.web.monitoring"
    label = "monitoring"
    verbose_name = "监测预警"
    audit_actions = {
        "monitoring.run_start": "发起监测",
        "monitoring.run_done": "监测完成",
        "monitoring.run_fail": "监测未完成",
        "monitoring.household_read": "查看一户的监测结果",
    }
    audit_fields = {"warnings": "预警户数", "data_digest": "数据摘要"}
    menu = (
        MenuItem("监测预警", "alert-triangle", "monitoring:overview", ("monitoring:overview",), READ, 40),
        MenuItem(
            "预警名单",
            "list-details",
            "monitoring:warnings",
            ("monitoring:warnings", "monitoring:warning", "monitoring:household"),
            READ,
            41,
        ),
        MenuItem("数据发现", "zoom-check", "monitoring:findings", ("monitoring:findings",), READ, 42),
        MenuItem(
            "数据批次", "database", "monitoring:files", ("monitoring:files", "monitoring:quarantine"), BATCHES, 43
        ),
        MenuItem("监测记录", "history", "monitoring:runs", ("monitoring:runs", "monitoring:run"), RUNS, 44),
    )
