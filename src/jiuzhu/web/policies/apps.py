from django.apps import AppConfig

from jiuzhu.web.ground.menu import MenuItem

VIEW = "policies.view_rulebook"
RULEBOOK_PAGES = (
    "rulebooks", "rulebook_new", "rulebook", "rulebook_diff", "rulebook_indicators", "rulebook_indicator",
    "rulebook_indicator_new", "rulebook_findings", "rulebook_limit", "rulebook_limit_new", "rulebook_parameters",
    "rulebook_parameter", "rulebook_parameter_new", "rulebook_bands", "rulebook_index", "rulebook_cases",
    "rulebook_case", "rulebook_case_new", "rulebook_programmes", "rulebook_programme", "rulebook_programme_new",
    "rulebook_elements", "rulebook_held", "rulebook_programme_rule", "rulebook_programme_rule_new",
    "rulebook_programme_case", "rulebook_programme_case_new",
)  # fmt: skip


class PoliciesConfig(AppConfig):
    name = "jiuzhu.web.policies"
    label = "policies"
    verbose_name = "政策与规则手册"
    audit_actions = {
        "policies.rulebook_draft": "建规则手册草稿",
        "policies.rulebook_change": "改规则手册草稿",
        "policies.rulebook_submit": "提交规则手册",
        "policies.rulebook_return": "退回规则手册",
        "policies.rulebook_publish": "发布规则手册",
        "policies.rulebook_drop": "作废规则手册草稿",
        "policies.document_add": "登记政策文件",
        "policies.document_change": "改政策文件的登记",
    }
    upload_readers = ("jiuzhu.web.policies.sharing.readable_documents",)
    audit_fields = {
        "issuer": "发文机关",
        "issued_on": "发文日期",
        "in_force_on": "施行日期",
        "ended_on": "废止日期",
        "ended_why": "为什么废止",
        "programmes": "管着哪些项目",
        "part": "哪一项",
        "lows": "各级下限",
        "points": "分值",
        "when": "条件",
        "formula": "公式",
        "per": "计分",
        "level": "层级",
        "category": "类别",
        "departments": "应知部门",
        "basis": "依据",
        "unit": "单位",
        "finding": "发现的种类",
        "value": "取值",
        "row": "哪一行",
        "meaning": "含义",
    }
    menu = (
        MenuItem(
            "政策一本账",
            "book-2",
            "policies:ledger",
            ("policies:ledger", "policies:programme"),
            "policies.view_programme",
            60,
        ),
        MenuItem(
            "政策文件",
            "file-text",
            "policies:documents",
            ("policies:documents", "policies:document", "policies:document_new", "policies:document_edit"),
            "policies.view_programme",
            60,
        ),
        MenuItem(
            "规则手册",
            "adjustments",
            "policies:rulebooks",
            tuple(f"policies:{name}" for name in RULEBOOK_PAGES),
            VIEW,
            61,
        ),
    )
