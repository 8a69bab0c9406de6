"""谁可以办：当前岗位的角色与单位要与任务相符；替人代办的，按被代办人的岗位算；定义里不得同一人的要分开。"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from jiuzhu.web.access.models import Post
from jiuzhu.web.access.scope import Scope as AccessScope
from jiuzhu.web.access.selectors import today
from jiuzhu.web.ground.errors import NotAllowed

from .definition import Process
from .models import Absence, Task

Seat = tuple[str, int]
SYSTEM = "system"


@dataclass(frozen=True)
class Standing:
    """此刻代表谁、坐在哪些位子上（角色与单位）。第一个是本人与当前岗位。"""

    users: tuple[int, ...]
    seats: tuple[Seat, ...]
    is_system: bool = False

    def may_act(self, task: Task) -> bool:
        """这项任务归不归我办。"""
        if self.is_system:
            return True
        seat = (task.role, task.organisation_id or 0)
        return seat in self.seats and (task.assignee_id is None or task.assignee_id in self.users)


def standing_of(scope: AccessScope, day: date | None = None) -> Standing:
    """当前岗位，加上今天替谁代办。"""
    if scope.role == SYSTEM:
        return Standing((), (), is_system=True)
    users, seats = [scope.user_id or 0], [(scope.role, scope.organisation_id or 0)]
    away = Absence.objects.filter(Absence.on(day or timezone.localdate()), deputy_id=scope.user_id or 0)
    if absent := list(away.order_by().values_list("user_id", flat=True)):
        users += absent
        posts = Post.objects.filter(today(), user_id__in=absent)
        seats += posts.values_list("role", "organisation_id")
    return Standing(tuple(users), tuple(dict.fromkeys(seats)))


def demand(task: Task, scope: AccessScope) -> Standing:
    """不归我办就报错，说明归谁办。"""
    standing = standing_of(scope)
    if standing.may_act(task):
        return standing
    if task.assignee_id and (task.role, task.organisation_id or 0) in standing.seats:
        raise NotAllowed(f"这项任务已由{task.assignee}承办；要换人请承办人或负责人改派。", code="task_of_another")
    owner = f"{task.organisation or '指定单位'}的{task.role_title or '指定岗位'}"
    raise NotAllowed(f"这项任务由{owner}办理，您当前的岗位不能办。有这个岗位的，请在页首切换。", code="task_not_mine")


def demand_apart(task: Task, process: Process, people: Iterable[int], finished: Iterable[Task]) -> None:
    """定义里写明不得同一人的步骤，分开才行。"""
    apart = process.node(task.node).apart_from
    if not apart:
        return
    taken = {
        user: done for done in finished if done.node in apart for user in (done.done_by_id, *done.companions) if user
    }
    for person in people:
        if person in taken:
            raise NotAllowed(
                f"“{task.title}”与“{taken[person].title}”不能由同一人办理，请由同单位的另一人办。", code="same_person"
            )


def office_of(task: Task) -> Q:
    """与任务同单位、今天在岗的岗位，不论角色。"""
    return today() & Q(organisation_id=task.organisation_id, user__is_active=True)


def colleagues(task: Task) -> Q:
    """与任务同单位、同角色、今天在岗的岗位。"""
    return office_of(task) & Q(role=task.role)
