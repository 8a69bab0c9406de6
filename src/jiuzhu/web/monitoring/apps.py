from django.apps import AppConfig

from jiuzhu.web.ground.menu import MenuItem

READ = "monitoring.view_householdwarning"
BATCHES = "monitoring.view_runfile"
RUNS = "monitoring.view_run"


class MonitoringConfig(AppConfig):
    name = "jiuzhu.web.monitoring"
    label = "monitoring"
    verbose_name = "监测预警"
    batch_uses = "jiuzhu.web.monitoring.batch_uses.runs_using"
    verification_results = "jiuzhu.web.monitoring.checked.latest_results"
    audit_actions = {
        "monitoring.run_start": "发起监测",
        "monitoring.run_resume": "监测从头再做",
        "monitoring.schedule_save": "修改自动监测",
        "monitoring.run_done": "监测完成",
        "monitoring.run_fail": "监测未完成",
        "monitoring.compare_export": "导出监测对比",
        "monitoring.household_read": "查看一户的监测结果",
        "monitoring.plan_save": "修改五个一",
        "monitoring.warning_close": "排除预警",
        "monitoring.warning_reopen": "撤回排除",
        "monitoring.orders_open": "由预警派单",
        "monitoring.finding_record": "登记发现的核实结果",
        "monitoring.finding_undo": "撤回发现的核实结果",
        "monitoring.effect_export": "导出成效",
    }
    audit_subjects = {"monitoring.effect": "成效", "monitoring.schedule": "自动监测"}
    audit_fields = {
        "warnings": "预警户数",
        "data_digest": "数据摘要",
        "trigger": "怎样发起",
        "attempts": "做了几遍",
        "rulebook_on": "用哪天施行的手册",
        "is_replay": "重演",
        "day": "每月几日",
        "after_batch": "新到一批就补算",
        "leader": "牵头领导",
        "members": "专班",
        "opened": "新派的单",
        "joined": "并入在办的单",
        "skipped": "没有派的户",
    }
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
        MenuItem(
            "数据发现", "zoom-check", "monitoring:findings", ("monitoring:findings", "monitoring:finding"), READ, 42
        ),
        MenuItem(
            "政策找人",
            "user-share",
            "monitoring:entitled",
            ("monitoring:entitled", "monitoring:household_entitled"),
            READ,
            43,
        ),
        MenuItem(
            "数据批次", "database", "monitoring:files", ("monitoring:files", "monitoring:quarantine"), BATCHES, 54
        ),
        MenuItem(
            "成效",
            "chart-bar",
            "monitoring:effect",
            ("monitoring:effect", "monitoring:effect_list", "monitoring:effect_findings"),
            "monitoring.view_effect",
            45,
        ),
        MenuItem(
            "五个一",
            "users",
            "monitoring:plans",
            ("monitoring:plans", "monitoring:plan", "monitoring:plan_edit"),
            "monitoring.view_plan",
            44,
        ),
        MenuItem("监测记录", "history", "monitoring:runs", ("monitoring:runs", "monitoring:run"), RUNS, 55),
        MenuItem("监测对比", "arrows-diff", "monitoring:compare", ("monitoring:compare",), READ, 56),
    )
