"""接收:把部门交来的文件读成规范表;每一行都有去向,每一个坏值都有原因。"""

from .errors import ISSUES, IntakeError, Issue, Level
from .folder import Intake, read_folder

__all__ = ["ISSUES", "Intake", "IntakeError", "Issue", "Level", "read_folder"]
