from django.apps import AppConfig

from jiuzhu.web.ground.menu import MenuItem
from jiuzhu.web.ground.metrics import StateGauge

VIEW = "process.view_task"
DEFINITION = "process.view_definition"
OPEN = "SELECT count(*) FROM process_task WHERE done_at IS NULL AND kind"


class ProcessConfig(AppConfig):
    name = "jiuzhu.web.process"
    label = "process"
    verbose_name = "流程与待办"
    append_only = ("process_definition", "process_event")
    menu = (
        MenuItem("待办", "inbox", "process:inbox", ("process:inbox", "process:task", "process:instance"), VIEW, 20),
        MenuItem("逾期与督办", "alarm", "process:overdue", ("process:overdue",), VIEW, 21),
        MenuItem("代办", "user-share", "process:absences", ("process:absences",), "process.complete_task", 22),
        MenuItem(
            "办事流程", "route", "process:definitions", ("process:definitions", "process:definition"), DEFINITION, 63
        ),
        MenuItem("工作日历", "calendar", "process:calendar", ("process:calendar",), "process.change_calendar", 93),
    )
    state_metrics = (
        StateGauge("jiuzhu_tasks_open", "待办", f"{OPEN} = 'human'"),
        StateGauge("jiuzhu_tasks_overdue", "超期的待办", f"{OPEN} = 'human' AND paused_at IS NULL AND due_at < now()"),
        StateGauge(
            "jiuzhu_timers_late",
            "到点十分钟还没有走的定时",
            f"{OPEN} = 'timer' AND paused_at IS NULL AND fire_at < now() - interval '10 minutes'",
        ),
    )
    audit_platform = ("process.definition_publish",)
    audit_actions = {
        "process.definition_publish": "发布流程定义",
        "process.instance_open": "发起事项",
        "process.instance_withdraw": "撤回事项",
        "process.instance_pause": "整件事停计",
        "process.instance_resume": "整件事恢复计时",
        "process.task_claim": "认领任务",
        "process.task_complete": "办结任务",
        "process.task_transfer": "改派任务",
        "process.task_delegate": "指派任务",
        "process.task_pause": "停计期限",
        "process.task_resume": "恢复计时",
        "process.task_urge": "催办",
        "process.scope_add": "加送部门",
        "process.scope_withdraw": "撤回部门",
        "process.absence_set": "登记代办",
        "process.absence_cancel": "取消代办",
        "process.calendar_set": "另定工作日",
        "process.calendar_remove": "取消另定的工作日",
        "process.calendar_recalculate": "发起期限重算",
        "process.due_move": "期限重算",
        "process.timer_fire": "到时",
        "process.timer_stuck": "到时没有走成",
    }
    audit_fields = {"deputy": "代办人", "changes": "变动数", "outcome": "结果", "assignee": "承办人"}
