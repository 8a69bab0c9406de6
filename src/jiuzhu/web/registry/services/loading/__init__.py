"""把一次监测的名册与结果装进对象库：``frames`` 备表，``statements`` 是库里的一步步，``load`` 串起来。"""

from .load import Loaded, households_load

__all__ = ["Loaded", "households_load"]
