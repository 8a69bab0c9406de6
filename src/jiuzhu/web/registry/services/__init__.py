"""对象库能做的事。别的部分只用这里的名字。"""

from .adding import person_add
from .events import event_add, events_add
from .fetching import household_fetch
from .loading import Loaded, households_load
from .merging import merge_confirm, merge_drop, merge_propose, merge_undo, person_split
from .people import person_correct, unmask
from .reading import file_read
from .reports import report_open, report_submit
from .visits import visit_add

__all__ = [
    "Loaded",
    "event_add",
    "events_add",
    "file_read",
    "household_fetch",
    "households_load",
    "merge_confirm",
    "merge_drop",
    "merge_propose",
    "merge_undo",
    "person_add",
    "person_correct",
    "person_split",
    "report_open",
    "report_submit",
    "unmask",
    "visit_add",
]
