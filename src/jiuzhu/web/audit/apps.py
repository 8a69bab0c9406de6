from django.apps import AppConfig

from jiuzhu.web.ground.menu import MenuItem
from jiuzhu.web.ground.metrics import StateGauge

READ = "audit.view_entry"


class AuditConfig(AppConfig):
    name = "jiuzhu.web.audit"
    label = "audit"
    verbose_name = "审计"
    append_only = ("audit_entry", "audit_seal")
    fixed_rows = ("audit_lane",)
    menu = (
        MenuItem(
            "审计记录", "history", "audit:entries", ("audit:entries", "audit:entry", "audit:entry_check"), READ, 90
        ),
        MenuItem("每日封条", "certificate", "audit:seals", ("audit:seals",), READ, 91),
    )
    state_metrics = (StateGauge("jiuzhu_audit_entries", "审计记录", "SELECT coalesce(sum(seq), 0) FROM audit_lane"),)
    audit_actions = {
        "audit.entries_export": "导出审计记录",
        "audit.seal_make": "加封一天",
        "audit.seal_download": "下载封条",
        "audit.chain_verify": "核验审计链",
        "audit.chain_broken": "核验审计链，发现问题",
        "audit.backup_make": "做备份",
        "audit.restore_make": "从备份恢复",
    }
    audit_platform = (
        "audit.seal_make",
        "audit.chain_verify",
        "audit.chain_broken",
        "audit.entries_export",
        "audit.backup_make",
        "audit.restore_make",
    )
    audit_subjects = {"audit.entries": "审计记录", "audit.chain": "审计链", "audit.backup": "备份"}
    audit_fields = {
        "rows": "条数",
        "troubles": "问题数",
        "format": "格式",
        "entries": "条数",
        "found": "发现",
        "digest": "摘要",
        "since": "从",
        "until": "到",
        "who": "办事人",
        "post": "岗位",
        "action": "动作",
        "kind": "对象种类",
        "key": "对象编号",
        "reason": "事由",
    }
