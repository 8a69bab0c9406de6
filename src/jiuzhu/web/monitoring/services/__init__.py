"""监测能做的事:发起、执行、入库、善后。"""

from .comparing import compare_export
from .plans import Member, demo_plans_ensure, plan_save
from .reading import household_read
from .runs import run_execute, run_interrupt, run_start, runs_rescue

__all__ = [
    "Member",
    "compare_export",
    "demo_plans_ensure",
    "household_read",
    "plan_save",
    "run_execute",
    "run_interrupt",
    "run_start",
    "runs_rescue",
]
