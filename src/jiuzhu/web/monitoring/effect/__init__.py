"""成效：一段时间里的预警后来怎样。数在数据库里算，每个数都有写明的口径与名单。"""

from .compute import Effect, Filters, effect_of
from .definitions import DEFINITIONS, REFERENCE_HIT_RATE, REFERENCE_SOURCE
from .kept import effect_shown
from .listing import listed

__all__ = [
    "DEFINITIONS",
    "REFERENCE_HIT_RATE",
    "REFERENCE_SOURCE",
    "Effect",
    "Filters",
    "effect_of",
    "effect_shown",
    "listed",
]
