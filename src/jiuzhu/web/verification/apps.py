from django.apps import AppConfig

from jiuzhu.web.ground.menu import MenuItem

PAGES = (
    "list", "find", "household", "authorisation_new", "consent_new", "check", "objection_new", "objection", "start",
    "replay", "report", "review", "told", "task",
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
        MenuItem(
            "批量核对", "list-details", "verification:batches", ("verification:batches", "verification:batch"),
            "verification.export_check", 31,
        ),
        MenuItem(
            "身份互认", "certificate", "verification:recognition", ("verification:recognition",),
            "verification.ask_recognition", 32,
        ),
        MenuItem(
            "平台接口", "plug-connected", "verification:connectors",
            ("verification:connectors", "verification:connector", "verification:connector_new"),
            "verification.manage_connector", 95,
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
        "verification.check_replay": "重放核对",
        "verification.report_issue": "出具核对报告",
        "verification.objection_open": "登记核对异议",
        "verification.recheck": "复核",
        "verification.enquiry_answer": "平台答复",
        "verification.connector_save": "设置平台接口",
        "verification.connector_test": "试平台接口",
        "verification.batch_start": "批量核对",
        "verification.batch_done": "批量核对完成",
        "verification.batch_reports": "成批出核对报告",
        "verification.batch_export": "导出批量核对",
        "verification.recognition_answer": "互认查询",
    }
    audit_subjects = {
        "verification.authorisation": "核对授权",
        "verification.check": "核对",
        "verification.objection": "核对异议",
        "verification.enquiry": "平台查询",
        "verification.connector": "平台接口",
        "verification.batch": "批量核对",
        "verification.recognition": "互认查询",
    }
    audit_fields = {
        "programmes": "救助项目",
        "valid_until": "有效期止",
        "relation": "关系",
        "findings": "发现",
        "conclusions": "结论",
        "missing": "缺的来源",
        "answered": "用到几项回答",
        "obligors": "义务人",
        "previous": "前一次",
        "digest": "摘要",
        "equal": "逐分相同",
        "late": "迟到",
        "url": "地址",
        "minutes": "等多少分钟",
        "is_active": "启用",
        "total": "户数",
        "rows": "行数",
        "faults": "有问题的行",
        "unauthorised": "没有授权的户",
        "confirmed": "是否在册",
    }
