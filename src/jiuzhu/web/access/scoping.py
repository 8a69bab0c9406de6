"""第一道墙：没有说明范围的查询，一取数就报错。

居民、户、事项一类的模型用 ``ScopedManager``，并写一个 ``scope_filter(scope) -> Q``：

    Household.objects.within(request.scope).filter(...)

外键正向取数走 Django 的基础管理器，不受此限，由数据库的行级权限（第二道墙）把关。
"""

from typing import Any, Protocol, Self, cast

from django.db import models
from django.db.models import Q

from .scope import Scope


class ScopeMissing(RuntimeError):
    """查询没有说明范围。是程序的错，不是用户的错。"""


class Scoped(Protocol):
    """能按范围筛选的模型。"""

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """这个范围能看到的行。"""


class ScopedQuerySet[M: models.Model](models.QuerySet[M]):
    """必须先经 ``within`` 的查询。"""

    _within: Scope | None = None

    def within(self, scope: Scope) -> Self:
        """限定在范围之内。"""
        kept = self.filter(cast("type[Scoped]", self.model).scope_filter(scope))
        kept._within = scope
        return kept

    def _clone(self) -> Self:
        copy: Self = super()._clone()  # type: ignore[misc]
        copy._within = self._within
        return copy

    def _demand(self) -> None:
        if self._within is None and not self.query.is_empty():
            raise ScopeMissing(f"查询 {self.model.__name__} 没有说明范围：请用 .within(scope)")

    def _fetch_all(self) -> None:
        self._demand()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        """同 Django。"""
        self._demand()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        """同 Django。"""
        self._demand()
        return super().count()

    def exists(self) -> bool:
        """同 Django。"""
        self._demand()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """同 Django。"""
        self._demand()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """同 Django。"""
        self._demand()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """同 Django。"""
        self._demand()
        return super().delete()

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        """作子查询时也要先说明范围。"""
        self._demand()
        return super().resolve_expression(*args, **kwargs)


class ScopedManager[M: models.Model](models.Manager.from_queryset(ScopedQuerySet)[M]):  # type: ignore[misc]
    """居民与事项一类模型的管理器。新建、批量新建照常，读改删须先 ``within``。"""
