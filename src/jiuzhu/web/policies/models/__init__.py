"""政策与规则手册的表。"""

from .document import PolicyDocument
from .rulebook import RulebookVersion

__all__ = ["PolicyDocument", "RulebookVersion"]
