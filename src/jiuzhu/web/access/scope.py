"""谁能看到哪里的数据：范围。

范围由当前岗位得出，随请求走。两道墙都照它办：查询先经 ``within(scope)``（见 ``scoping``），
数据库的行级权限再按 ``applied()`` 写进会话的变量把一遍关（见 ``rowsecurity``）。
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q

LEVEL_WIDTHS = (2, 4, 6, 9, 12)  # 省、市、县、乡、村的区划代码位数
WHOLE_COUNTRY = tuple("123456789")
SET = """SELECT set_config('jiuzhu.areas', %s, false), set_config('jiuzhu.organisation', %s, false),
    set_config('jiuzhu.user', %s, false)"""


@dataclass(frozen=True)
class Scope:
    """一个岗位的范围。

    ``areas`` 是所辖地方的区划代码前缀（县 6 位、乡 9 位、村 12 位），空则不能按地方看任何居民；
    ``organisation_id`` 用来看转到本单位的事项；``role`` 是岗位代码。
    """

    user_id: int | None = None
    post_id: int | None = None
    role: str = ""
    organisation_id: int | None = None
    areas: tuple[str, ...] = field(default=())

    @classmethod
    def nothing(cls) -> "Scope":
        """什么也看不到：未登录、没有岗位、三员。"""
        return cls()

    @classmethod
    def everything(cls) -> "Scope":
        """后台任务、命令行：全部地方。网页请求不得使用。"""
        return cls(role="system", areas=WHOLE_COUNTRY)

    def covers(self, division_code: str) -> bool:
        """这个地方是否在所辖之内。"""
        return any(division_code.startswith(area) for area in self.areas)

    def area_filter(self, field_name: str = "division_code") -> Q:
        """按地方筛选；写成区间，好用上普通索引。管全国的什么也不筛，但与别的条件并起来仍是“全部”。"""
        if self.areas == WHOLE_COUNTRY:
            return ~Q(pk__in=[])
        wanted = Q(pk__in=[])
        for area in self.areas:
            wanted |= Q(**{f"{field_name}__gte": area, f"{field_name}__lt": after(area)})
        return wanted

    def apply(self) -> None:
        """让这条连接从此按这个范围把关，直到再次设定。"""
        _write(",".join(self.areas), _text(self.organisation_id), _text(self.user_id))

    @contextmanager
    def applied(self) -> Iterator["Scope"]:
        """在此期间，数据库按这个范围把关；结束后恢复原来的。"""
        before = _read()
        token = _held.set(self)
        self.apply()
        try:
            yield self
        finally:
            _held.reset(token)
            if usable():
                _write(*before)


_held: ContextVar[Scope | None] = ContextVar("held_scope", default=None)


def reapply(**kwargs: Any) -> None:
    """长任务途中连接断了重连：新连接接着按原来的范围把关。"""
    held = _held.get()
    if held is not None:
        held.apply()


def after(area: str) -> str:
    """同样长度里紧跟在 ``area`` 之后的代码，作区间的上界。"""
    return str(int(area) + 1).zfill(len(area))


def forget() -> None:
    """让这条连接回到什么也看不到。"""
    if usable():
        _write("", "", "")


def usable() -> bool:
    """连接还能用。断了或事务已失败时设不了也不必设：回滚时变量一并还原，新连接本就什么也看不到。"""
    raw = connection.connection
    if raw is None or raw.closed or connection.needs_rollback:
        return False
    return raw.info.transaction_status.name not in {"INERROR", "UNKNOWN"}


def narrowed(scope: Scope, areas: Sequence[str]) -> Scope:
    """在原范围之内再收窄到 ``areas``；原范围之外的去掉。"""
    kept = tuple(area for area in areas if scope.covers(area))
    return Scope(scope.user_id, scope.post_id, scope.role, scope.organisation_id, kept)


def _read() -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('jiuzhu.areas', true), ''),"
            " coalesce(current_setting('jiuzhu.organisation', true), ''),"
            " coalesce(current_setting('jiuzhu.user', true), '')"
        )
        areas, organisation, user = cursor.fetchone()
    return areas, organisation, user


def _write(areas: str, organisation: str, user: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SET, [areas, organisation, user])


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
