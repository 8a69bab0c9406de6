"""流程的表：定义、事项、分支、任务、事件、停计、代办、日历。"""

from .calendar import Absence, CalendarDay
from .definition import Definition
from .event import Event
from .instance import Instance, Pause, Scope
from .task import Task

__all__ = ["Absence", "CalendarDay", "Definition", "Event", "Instance", "Pause", "Scope", "Task"]
