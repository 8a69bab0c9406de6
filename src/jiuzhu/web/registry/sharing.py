"""转到本单位的户：部门、社会组织不按地方看居民，只看交给自己办的。"""

from django.db.models import Q

from jiuzhu.web.access.scope import Scope

NONE = Q(pk__in=[])


def shared_households(scope: Scope, prefix: str = "") -> Q:
    """事项转到 ``scope`` 所在单位的户。``prefix`` 是到户的路径，如 ``household__``。"""
    return NONE
