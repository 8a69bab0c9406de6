"""监测能做的事:发起、执行、入库、善后。"""

from .reading import household_read
from .runs import run_execute, run_interrupt, run_start, runs_rescue

__all__ = ["household_read", "run_execute", "run_interrupt", "run_start", "runs_rescue"]
