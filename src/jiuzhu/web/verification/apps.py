from django.apps import AppConfig

from jiuzhu.web.ground.menu import MenuItem

PAGES = (
    "list", "find", "household", "authorisation_new", "consent_new", "check", "objection_new", "objection", "start",
    "report", "review", "task",
)  # fmt: skip


class VerificationConfig(AppConfig):
    name = "jiuzhu.web.verification"
    label = "verification"
    verbose_name = "核对"
    menu = (
        MenuItem(
            "一键核对", "zoom-check", "verification:list", tuple(f"verification:{name}" for name in PAGES),
            "verification.view_check", 30,
        ),
    )  # fmt: skip
    process_followers = {"verification_objection": "jiuzhu.web.verification.following.follow"}
    task_pages = {"verification_objection": ("verification:task", "verification.view_check")}
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
