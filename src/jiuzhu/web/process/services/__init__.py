"""流程的写入。别的部分只用这里的名字。"""

from jiuzhu.web.process.movement import Branch

from .absences import absence_cancel, absence_set
from .batch import Batch, Kept, Staged, Unstaged
from .branches import scope_add, scope_withdraw
from .calendars import calendar_day_remove, calendar_day_set, calendar_recalculate, calendar_recalculate_later
from .definitions import definition_publish, definitions_publish
from .gathering import urging_tell
from .instances import instance_open, instance_withdraw
from .pauses import instance_pause, instance_resume, task_pause, task_resume
from .tasks import task_claim, task_complete, task_delegate, task_transfer
from .timers import timers_fire
from .urging import task_supervise, task_urge

__all__ = [
    "Batch",
    "Branch",
    "Kept",
    "Staged",
    "Unstaged",
    "absence_cancel",
    "absence_set",
    "calendar_day_remove",
    "calendar_day_set",
    "calendar_recalculate",
    "calendar_recalculate_later",
    "definition_publish",
    "definitions_publish",
    "instance_open",
    "instance_pause",
    "instance_resume",
    "instance_withdraw",
    "scope_add",
    "scope_withdraw",
    "task_claim",
    "task_complete",
    "task_delegate",
    "task_pause",
    "task_resume",
    "task_supervise",
    "task_transfer",
    "task_urge",
    "timers_fire",
    "urging_tell",
]
