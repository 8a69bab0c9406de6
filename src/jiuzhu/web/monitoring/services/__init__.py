"""监测能做的事:发起、执行、入库、善后。"""

from .comparing import compare_export
from .inputs import register_of
from .plans import Member, demo_plans_ensure, plan_save
from .reading import household_read
from .running import run_execute, run_interrupt, run_matches, runs_rescue
from .runs import run_refresh, run_start
from .schedule import runs_due, schedule_save

__all__ = [
    "Member",
    "compare_export",
    "demo_plans_ensure",
    "household_read",
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
]
