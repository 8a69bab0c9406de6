"""对象库的表：户、人、成员经历、类别经历、经济状况、救助链、走访、上报、合并。"""

from .chain import Event, Visit
from .household import Household
from .person import ClassSpan, Membership, Person, PersonCorrection
from .records import EconomySnapshot, PersonMerge, Report
from .search import SearchToken

__all__ = [
    "ClassSpan",
    "EconomySnapshot",
    "Event",
    "Household",
    "Membership",
    "Person",
    "PersonCorrection",
    "PersonMerge",
    "Report",
    "SearchToken",
    "Visit",
]
