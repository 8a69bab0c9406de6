from django.apps import AppConfig

from jiuzhu.web.ground.menu import MenuItem

CARD = ("card", "household", "fits", "application", "task", "sign", "start")


class CasesConfig(AppConfig):
    name = "jiuzhu.web.cases"
    label = "cases"
    verbose_name = "一门受理"
    menu = (
        MenuItem(
            "一证申请", "id", "cases:card", tuple(f"cases:{name}" for name in CARD), "cases.start_application", 20
        ),
        MenuItem("申请名单", "file-text", "cases:list", ("cases:list",), "cases.view_application", 20),
        MenuItem("政策咨询", "message-question", "cases:consult", ("cases:consult",), "cases.consult_programmes", 64),
    )
    process_followers = dict.fromkeys(("application", "application_urgent"), "jiuzhu.web.cases.following.follow")
    task_pages = dict.fromkeys(("application", "application_urgent"), ("cases:task", "cases.view_application"))
    subject_pages = {"cases.application": ("cases:application", "cases.view_application")}
    audit_actions = {
        "cases.card_read": "读证",
        "cases.application_open": "登记申请",
        "cases.application_change": "修改申请",
        "cases.application_drop": "撤下申请草稿",
        "cases.application_submit": "提交申请",
        "cases.application_replay": "重放申请的结论",
        "cases.application_notice": "一次性告知所缺材料",
        "cases.application_accept": "受理申请",
        "cases.signature_add": "签署承诺书与授权书",
        "cases.signature_void": "作废签名",
        "cases.letters_issue": "出具承诺书与授权书",
        "cases.link_make": "给出签名链接",
    }
    audit_subjects = {"cases.application": "申请"}
    audit_fields = {
        "programmes": "救助项目",
        "channel": "怎么申请的",
        "missing": "所缺材料",
        "return_by": "补交期限",
        "answers": "回答了几项",
        "statements": "说明了几项",
        "refused": "不同意签",
        "guardian": "监护人代签",
        "digest": "摘要",
        "equal": "逐分相同",
        "relatives": "申报近亲属",
    }
