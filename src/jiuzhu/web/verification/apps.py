from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "jiuzhu.web.verification"
    label = "verification"
    verbose_name = "核对"
    audit_actions = {
        "verification.authorisation_record": "登记核对授权",
        "verification.authorisation_withdraw": "撤回核对授权",
        "verification.consent_record": "登记义务人的同意",
        "verification.consent_withdraw": "撤回义务人的同意",
        "verification.check_start": "核对一户",
        "verification.check_read": "查看核对结果",
        "verification.report_issue": "出具核对报告",
        "verification.objection_open": "登记核对异议",
        "verification.recheck": "复核",
    }
    audit_subjects = {
        "verification.authorisation": "核对授权",
        "verification.check": "核对",
        "verification.objection": "核对异议",
    }
    audit_fields = {
        "programmes": "救助项目",
        "valid_until": "有效期止",
        "relation": "关系",
        "findings": "发现",
        "conclusions": "结论",
        "missing": "缺的来源",
        "obligors": "义务人",
        "previous": "前一次",
    }
