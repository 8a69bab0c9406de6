"""监测的结果:一次监测、它读的文件、发出的预警、发现的问题。

全部去敏:只有户、人的编号与所在村,没有姓名、证件号、住址。
"""

from .results import Finding, HouseholdWarning, Placed
from .run import COUNTY_WIDTH, Run, RunFile, same_county

__all__ = ["COUNTY_WIDTH", "Finding", "HouseholdWarning", "Placed", "Run", "RunFile", "same_county"]
