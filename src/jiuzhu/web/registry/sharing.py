"""谁看得到一户：所辖之内的；部门、社会组织不按地方看居民，只看转到本单位的。"""

from django.db.models import Q

from jiuzhu.web.access.scope import WHOLE_COUNTRY, Scope


def seen(scope: Scope, prefix: str = "") -> Q:
    """``scope`` 看得到的户，或属于户的记录；``prefix`` 是到户的路径，如 ``household__``。"""
    if scope.areas == WHOLE_COUNTRY:
        return Q()
    return scope.area_filter() | shared(scope, prefix)


def shared(scope: Scope, prefix: str = "") -> Q:
    """事项转到 ``scope`` 所在单位的户。"""
    return Q(pk__in=[])
