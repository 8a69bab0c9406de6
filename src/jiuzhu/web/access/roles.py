"""角色字典：一个岗位（``Post``）= 角色 + 单位 + 片区。这里写明每个角色能做什么、看得到什么。

权限是 ``部分.事项`` 形式的稳定代码，视图用 Django 的 ``permission_required`` 判断，由当前岗位的角色作答。
``sees`` 决定能按地方看居民，还是只能看转到本单位的事项，还是都不能看（三员）。
"""

from dataclasses import dataclass
from enum import StrEnum


class Sees(StrEnum):
    """看得到哪些居民的数据。"""

    AREA = "area"  # 片区之内
    TASKS = "tasks"  # 只看转到本单位的
    NOTHING = "nothing"  # 居民与事项都看不到


class Hand(StrEnum):
    """互不相容的几只手：一个人的岗位只能出自其中一只（三权分离、三员分立）。"""

    NONE = ""
    REVIEW = "review"  # 审核
    CONFIRM = "confirm"  # 确认
    PAY = "pay"  # 发放
    SYSTEM = "system"  # 系统管理
    SECURITY = "security"  # 安全管理
    AUDIT = "audit"  # 审计管理


ADMINISTRATORS = (Hand.SYSTEM, Hand.SECURITY, Hand.AUDIT)


@dataclass(frozen=True)
class Role:
    """一个角色。``levels`` 是片区可以是哪几级（village township county city province）。"""

    title: str
    duty: str
    permissions: frozenset[str]
    levels: tuple[str, ...]
    sees: Sees = Sees.AREA
    hand: Hand = Hand.NONE
    organisation_kinds: tuple[str, ...] = ()


EVERYONE = {"access.own_account", "divisions.view_division", "notices.view_notice", "documents.verify_paper"}
WORKS = {"process.view_task", "process.complete_task", "process.view_definition"}
READS_PEOPLE = {"registry.view_household", "registry.search", "registry.print_file"}
MONITORS = {"monitoring.view_householdwarning", "monitoring.view_finding"}
BATCHES = {"monitoring.view_run", "monitoring.view_runfile"}
KEEPS = {"registry.change_household", "registry.add_visit", "documents.add_upload", "documents.view_upload"}
EXCHANGES = {"exchange.view_batch", "exchange.add_batch", "exchange.fix_row"}
MATCHES = {"exchange.view_match", "exchange.decide_match"}
ORDERS = {"orders.view_order", "monitoring.view_plan"}
SENDS = {"orders.open_order", "orders.dispatch_order", "orders.check_order"}
HANDLES = {"orders.handle_order"}
SETS_ORDERS = {"orders.change_setting"}
EFFECT = {"monitoring.view_effect"}
RULES = {"policies.view_rulebook", "policies.view_programme"}
VERIFIES = {"verification.view_check", "verification.start_check"}
APPLIES = {"cases.start_application", "cases.view_application", "cases.consult_programmes"}
ACCEPTS = {"cases.open_application"}
READS_CASES = {"cases.view_application"}
CLOSES = {"monitoring.close_warning", "monitoring.check_finding"}
ADMIN_LEVELS = ("county", "city", "province")


def role(title: str, duty: str, *permissions: set[str], levels: tuple[str, ...], **rest: object) -> Role:
    """合并几组权限；人人都有的那组自动加上。"""
    return Role(title, duty, frozenset(EVERYONE.union(*permissions)), levels, **rest)  # type: ignore[arg-type]


ROLES: dict[str, Role] = {
    "village_worker": role(
        "村协理员",
        "走访本村家庭，主动发现并上报有困难的人。",
        WORKS, READS_PEOPLE, {"registry.report", "registry.add_visit", "documents.add_upload", "documents.view_upload"},
        ORDERS, {"orders.open_order", "orders.ask_household", "policies.view_programme"},
        APPLIES,
        levels=("village",),
    ),
    "town_window": role(
        "镇窗口",
        "受理申请，登记、告知、转办。",
        WORKS, READS_PEOPLE, MONITORS, KEEPS, {"registry.report", "registry.unmask", "process.open_instance"},
        ORDERS, SENDS, CLOSES, {"orders.ask_household", "policies.view_programme", "monitoring.view_effect"},
        VERIFIES, APPLIES, ACCEPTS,
        levels=("township",),
    ),
    "town_surveyor": role(
        "镇调查",
        "入户调查，核实情况并签字。",
        WORKS, READS_PEOPLE, MONITORS, KEEPS, {"registry.report", "registry.unmask"},
        ORDERS, HANDLES, {"orders.ask_household", "policies.view_programme"},
        {"verification.view_check"}, READS_CASES,
        levels=("township",),
    ),
    "town_reviewer": role(
        "镇审核负责人",
        "审核调查结果，提出审核意见并签字。",
        WORKS, READS_PEOPLE, MONITORS, KEEPS,
        {"registry.unmask", "desk.view_dashboard", "process.delegate", "process.urge"},
        ORDERS, EFFECT, RULES, {"orders.check_order"},
        {"verification.view_check"}, READS_CASES,
        levels=("township",), hand=Hand.REVIEW,
    ),
    "county_officer": role(
        "县经办",
        "承办全县救助事务，指导乡镇，维护对象库。",
        WORKS, READS_PEOPLE, MONITORS, BATCHES, KEEPS,
        {"registry.unmask", "registry.merge_person", "registry.export", "process.open_instance", "desk.view_dashboard",
         "process.urge", "notices.publish"},
        ORDERS, HANDLES, SETS_ORDERS, SENDS, CLOSES, EFFECT, RULES, MATCHES,
        {"orders.ask_household", "monitoring.change_plan", "policies.try_rulebook", "policies.change_document",
         "exchange.view_batch"},
        VERIFIES, {"verification.export_check"}, APPLIES, ACCEPTS,
        levels=("county",),
    ),
    "county_approver": role(
        "县确认人",
        "对审核意见作确认决定并签字。",
        WORKS, READS_PEOPLE, MONITORS, BATCHES,
        {"registry.unmask", "registry.merge_person", "documents.view_upload", "desk.view_dashboard", "process.urge"},
        ORDERS, EFFECT, RULES, {"policies.try_rulebook", "policies.publish_rulebook", "exchange.view_batch"},
        {"verification.view_check"}, READS_CASES,
        levels=("county",), hand=Hand.CONFIRM,
    ),
    "county_monitor": role(
        "县监测员",
        "归集部门数据，发起监测，维护规则手册。",
        WORKS, READS_PEOPLE, MONITORS, BATCHES, {"monitoring.start_run", "desk.view_dashboard", "registry.export"},
        ORDERS, SENDS, CLOSES, EFFECT, RULES, MATCHES, EXCHANGES,
        {"exchange.change_source", "exchange.withdraw_batch", "policies.change_rulebook", "policies.try_rulebook",
         "policies.change_document", "monitoring.change_plan"},
        levels=("county",),
    ),
    "verifier": role(
        "核对中心",
        "核对家庭经济状况，出具核对报告。",
        WORKS, READS_PEOPLE, MONITORS, BATCHES, {"registry.unmask", "documents.view_upload"},
        RULES, MATCHES, {"exchange.view_batch"},
        VERIFIES, {"documents.add_upload", "verification.answer_objection", "verification.export_check",
                   "verification.manage_connector"},
        levels=("county",),
    ),
    "cashier": role(
        "资金",
        "编制发放清单，送银行发放，处理退回与追缴。",
        WORKS, {"registry.view_household", "registry.search"},
        {"policies.view_programme"},
        levels=("county",), hand=Hand.PAY,
    ),
    "department_officer": role(
        "部门经办",
        "办理转到本部门的事项并反馈结果。",
        WORKS, {"registry.view_household", "registry.unmask", "documents.add_upload", "documents.view_upload"},
        ORDERS, HANDLES, EXCHANGES, {"policies.view_programme"},
        {"verification.ask_recognition"},
        levels=("county", "township"), sees=Sees.TASKS, organisation_kinds=("department",),
    ),
    "leader": role(
        "领导",
        "看全县情况，督促办理。",
        {"process.view_task", "process.view_definition"}, READS_PEOPLE, MONITORS, BATCHES,
        {"desk.view_dashboard", "process.supervise", "notices.publish", "process.urge"},
        ORDERS, EFFECT, RULES, {"exchange.view_batch", "policies.publish_rulebook"},
        {"verification.view_check"}, READS_CASES,
        levels=("county", "city", "province"),
    ),
    "supervisor": role(
        "监督",
        "督办逾期事项，抽查办理质量。",
        {"process.view_task", "process.view_definition", "process.complete_task"}, READS_PEOPLE, MONITORS, BATCHES,
        {"process.supervise", "process.urge", "desk.view_dashboard"},
        ORDERS, EFFECT, RULES, {"exchange.view_batch"},
        {"verification.view_check"}, READS_CASES,
        levels=("county",),
    ),
    "social_worker": role(
        "社会组织",
        "承接转介的服务，反馈服务记录。",
        WORKS, {"registry.view_household", "documents.add_upload"},
        ORDERS, HANDLES,
        levels=("county", "township"), sees=Sees.TASKS, organisation_kinds=("social_organisation",),
    ),
    "system_admin": role(
        "系统管理员",
        "维护区划、机构、账号与系统运行；不看居民数据，不授权，不看审计。",
        {"access.view_user", "access.add_user", "access.change_user", "divisions.change_division",
         "process.change_definition", "process.view_definition", "process.change_calendar", "notices.publish"},
        levels=ADMIN_LEVELS, sees=Sees.NOTHING, hand=Hand.SYSTEM,
    ),
    "security_admin": role(
        "安全管理员",
        "授予与收回岗位，解锁账号，重置第二重验证；不看居民数据，不建账号，不看审计。",
        {"access.view_user", "access.grant_post", "access.unlock_user", "access.end_session"},
        levels=ADMIN_LEVELS, sees=Sees.NOTHING, hand=Hand.SECURITY,
    ),
    "audit_admin": role(
        "审计管理员",
        "查看、核验、导出审计记录；不看居民数据，不改任何设置。",
        {"audit.view_entry", "audit.export_entry"},
        levels=ADMIN_LEVELS, sees=Sees.NOTHING, hand=Hand.AUDIT,
    ),
}  # fmt: skip

ROLE_CHOICES = [(code, item.title) for code, item in ROLES.items()]


def conflicts(held: set[str], wanted: str) -> str:
    """已有这些角色的人能否再担任 ``wanted``：不能则返回与之相冲突的角色代码，能则返回空文本。

    三员各自独立，也不兼任何业务岗位；审核、确认、发放三只手不能同归一人。
    """
    new = ROLES[wanted]
    for code in sorted(held - {wanted}):
        old = ROLES[code]
        if (new.hand in ADMINISTRATORS or old.hand in ADMINISTRATORS) and new.hand != old.hand:
            return code
        if new.hand and old.hand and new.hand != old.hand:
            return code
    return ""
