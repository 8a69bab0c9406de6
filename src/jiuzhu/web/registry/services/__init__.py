"""对象库能做的事。"""

from .loading import Loaded, households_load

__all__ = ["Loaded", "households_load"]
