"""发给谁：指定的人，某角色的在岗人员，一个单位的人，一片地方的人，全体。

Audience.people([3, 8])
Audience.holders("town_reviewer", organisation_id=12)     # 该单位的镇审核负责人
Audience.holders("town_reviewer", area="429998101")       # 片区恰为该镇的
Audience.organisation(12)
Audience.within("429998", role="village_worker")          # 该县之内，各村的村协理员
Audience.people([3]) | Audience.holders("supervisor", area="429998")
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.roles import ROLES
from jiuzhu.web.access.selectors import today
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.divisions.selectors import full_code, name_of


@dataclass(frozen=True)
class Audience:
    """一批收件人。发送的那一刻才查有谁在岗；停用的账号不算。``title`` 是给人看的说法。"""

    title: str
    users: frozenset[int] = frozenset()
    posts: tuple[Q, ...] = ()

    @classmethod
    def people(cls, users: Iterable[int]) -> "Audience":
        """指定的账号。"""
        chosen = frozenset(users)
        return cls(f"指定的 {len(chosen)} 人", chosen)

    @classmethod
    def holders(cls, role: str, *, organisation_id: int | None = None, area: str = "") -> "Audience":
        """某角色的在岗人员；可限单位，或片区恰为 ``area``。"""
        wanted = Q(role=role)
        where = name_of(area) if area else ""
        if organisation_id is not None:
            wanted &= Q(organisation_id=organisation_id)
            where = _organisation_name(organisation_id)
        if area:
            wanted &= Q(division_code=full_code(area))
        return cls(f"{where}{ROLES[role].title}", posts=(wanted,))

    @classmethod
    def organisation(cls, organisation_id: int) -> "Audience":
        """一个单位的全部在岗人员。"""
        name = _organisation_name(organisation_id)
        return cls(f"{name}全体人员", posts=(Q(organisation_id=organisation_id),))

    @classmethod
    def within(cls, area: str, *, role: str = "") -> "Audience":
        """片区在 ``area`` 之内（含）的在岗人员，可限角色。"""
        wanted = Q(division_code__startswith=area)
        if role:
            wanted &= Q(role=role)
        return cls(f"{name_of(area)}{ROLES[role].title if role else '全体人员'}", posts=(wanted,))

    @classmethod
    def everyone(cls) -> "Audience":
        """全部在岗人员，不分哪个县。"""
        return cls("全体人员", posts=(Q(),))

    def __or__(self, other: "Audience") -> "Audience":
        """两批合在一起，一个人只收一份。"""
        return Audience(f"{self.title}、{other.title}", self.users | other.users, (*self.posts, *other.posts))

    def user_ids(self) -> list[int]:
        """此刻是哪些账号，按编号，不重。"""
        wanted = Q(pk__in=self.users)
        for condition in self.posts:
            wanted |= Q(pk__in=Post.objects.filter(today() & condition).values("user_id"))
        return list(User.objects.filter(wanted, is_active=True).order_by("pk").values_list("pk", flat=True))


def _organisation_name(organisation_id: int) -> str:
    return Organisation.objects.get(pk=organisation_id).label
