"""政策与规则手册的表。"""

from .rulebook import RulebookVersion

__all__ = ["RulebookVersion"]
