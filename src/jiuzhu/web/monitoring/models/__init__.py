"""监测的结果:一次监测、它读的文件、发出的预警、发现的问题,以及人对它们的处置。

全部去敏:只有户、人的编号与所在村,没有姓名、证件号、住址。
"""

from .handling import Closing, Dispatch, FindingOutcome, Verdict
from .plans import Plan, PlanMember
from .results import Finding, HouseholdWarning, Placed
from .run import COUNTY_WIDTH, Run, RunFile, same_county
from .schedule import LAST_DAY, RunSchedule

__all__ = [
    "COUNTY_WIDTH",
    "LAST_DAY",
    "Closing",
    "Dispatch",
    "Finding",
    "FindingOutcome",
    "HouseholdWarning",
    "Placed",
    "Plan",
    "PlanMember",
    "Run",
    "RunFile",
    "RunSchedule",
    "Verdict",
    "same_county",
]
