from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "jiuzhu.web.audit"
    label = "audit"
    verbose_name = "审计"
    append_only = ("audit_entry", "audit_seal")
    audit_actions = {
        "audit.entries_export": "导出审计记录",
        "audit.seal_make": "加封一天",
        "audit.seal_download": "下载封条",
        "audit.chain_verify": "核验审计链",
        "audit.chain_broken": "核验审计链，发现问题",
    }
    audit_subjects = {"audit.entries": "审计记录", "audit.chain": "审计链"}
    audit_fields = {
        "rows": "条数",
        "troubles": "问题数",
        "format": "格式",
        "entries": "条数",
        "found": "发现",
        "digest": "摘要",
    }
