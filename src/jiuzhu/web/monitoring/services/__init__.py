"""监测能做的事:发起、执行、入库、善后。"""

from .checking import findings_order
from .closing import warning_close, warning_reopen
from .comparing import compare_export
from .entitling import entitled_order
from .findings import finding_record, finding_undo, outcomes_for
from .inputs import register_of
from .opening import Opened, dispatch_execute, dispatches_rescue, warnings_opened, warnings_order
from .plans import Member, demo_plans_ensure, plan_save
from .reading import household_read
from .running import run_execute, run_interrupt, run_matches, runs_rescue
from .runs import run_refresh, run_start
from .schedule import runs_due, schedule_save

__all__ = [
    "Member",
    "Opened",
    "compare_export",
    "demo_plans_ensure",
    "dispatch_execute",
    "dispatches_rescue",
    "entitled_order",
    "finding_record",
    "finding_undo",
    "findings_order",
    "household_read",
    "outcomes_for",
    "plan_save",
    "register_of",
    "run_execute",
    "run_interrupt",
    "run_matches",
    "run_refresh",
    "run_start",
    "runs_due",
    "runs_rescue",
    "schedule_save",
    "warning_close",
    "warning_reopen",
    "warnings_opened",
    "warnings_order",
]
