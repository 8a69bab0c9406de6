"""凭签好的授权书核对：一按就比对，办结“核对”这一步。"""

from datetime import datetime

from django.db import transaction

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.cases.errors import CaseError
from jiuzhu.web.cases.models import Application, Applied
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.people import demand
from jiuzhu.web.process.services import task_complete
from jiuzhu.web.verification.models import Check
from jiuzhu.web.verification.services import check_start

from .opening import EVERYTHING, locked

CHECK = "check"


@transaction.atomic
def application_check(*, application: Application, actor: Actor, scope: Scope, now: datetime | None = None) -> Check:
    """一键核对这件申请的各项目。

    Raises:
        Conflict: 不在核对这一步（not_checking）。
        CaseError: 全家还没签授权书（unauthorised）；其余见 ``verification.services.check_start``。
    """
    row = locked(application, scope)
    tasks = Task.objects.within(EVERYTHING).filter(instance_id=row.instance_id, node=CHECK, done_at=None)
    task = tasks.filter(is_cancelled=False).first() if row.instance_id else None
    if task is None:
        raise Conflict("这件申请不在核对这一步，没有核对。", code="not_checking")
    demand(task, scope)
    if row.authorisation is None:
        raise CaseError("全家还没签好授权书，一行数据也不能读，没有核对。", code="unauthorised")
    codes = Applied.objects.within(EVERYTHING).filter(application=row).values_list("code", flat=True)
    made = check_start(
        household=row.household,
        programmes=list(dict.fromkeys(codes)),
        authorisation=row.authorisation,
        actor=actor,
        scope=scope,
        answers=row.answers,
        now=now,
    )
    row.check_run = made
    row.save(update_fields=["check_run"])
    task_complete(task_id=task.pk, outcome="checked", actor=actor, scope=scope, now=now)
    return made
