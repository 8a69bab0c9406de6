"""对象库的读取。每一个都要范围；页面与别的部分只从这里取数。"""

from .file import (
    Figure,
    MemberRow,
    class_spans,
    corrections,
    economy,
    events,
    members,
    past_members,
    person,
    reports,
    visits,
)
from .households import Filters, capped_count, household, households
from .labels import class_choices, class_title
from .merging import candidates, merge, merges, moved_rows
from .portrait import Need, person_needs, top_reasons
from .searching import Answer, Found, search

__all__ = [
    "Answer",
    "Figure",
    "Filters",
    "Found",
    "MemberRow",
    "Need",
    "candidates",
    "capped_count",
    "class_choices",
    "class_spans",
    "class_title",
    "corrections",
    "economy",
    "events",
    "household",
    "households",
    "members",
    "merge",
    "merges",
    "moved_rows",
    "past_members",
    "person",
    "person_needs",
    "reports",
    "search",
    "top_reasons",
    "visits",
]
