"""谁看得到一户：所辖之内的；部门、社会组织不按地方看居民，只看转到本单位的。"""

from django.db.models import Q

from jiuzhu.web.access.scope import WHOLE_COUNTRY, Scope
from jiuzhu.web.process.models import Instance, Task

SUBJECT = "registry.household"  # 流程事项的事由种类：这一户的事


def seen(scope: Scope, prefix: str = "") -> Q:
    """``scope`` 看得到的户，或属于户的记录；``prefix`` 是到户的路径，如 ``household__``。"""
    if scope.areas == WHOLE_COUNTRY:
        return Q()
    return scope.area_filter() if scope.areas else shared(scope, prefix)


def shared(scope: Scope, prefix: str = "") -> Q:
    """有任务交到 ``scope`` 所在单位的户；撤回的任务不算。"""
    if scope.organisation_id is None:
        return Q(pk__in=[])
    tasks = Task.objects.within(scope).filter(organisation_id=scope.organisation_id, is_cancelled=False)
    subjects = Instance.objects.within(scope).filter(subject_kind=SUBJECT, pk__in=tasks.values("instance_id"))
    return Q(**{f"{prefix}household_id__in": subjects.values("subject_key")})
