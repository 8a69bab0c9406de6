"""演示县:一座虚构的县的部门文件,带着真实文件里的毛病,以及每一行的真相。"""

from jiuzhu.demo.dialects import DIALECTS
from jiuzhu.demo.generate import DemoCounty, DemoError, generate

__all__ = ["DIALECTS", "DemoCounty", "DemoError", "generate"]
