"""要一个单位办什么，给它哪些情况。"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jiuzhu.web.audit.values import LONG_NUMBER
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.orders.models import Order, OrderPart
from jiuzhu.web.process.definition import Node
from jiuzhu.web.process.movement import EVERYTHING
from jiuzhu.web.process.places import Places

INDICATOR, FACT = ("code", "name", "category", "reason"), ("name", "value", "source", "date")
LONGEST_ASK = 300


@dataclass(frozen=True)
class Need:
    """要一个单位办的事。``indicators``：``{code, name, category, reason}``；``facts``：``{name, value, source, date}``。

    只放这个单位要用的，别的不放：它只看得到自己这一份。``title`` 用在没有写 ``ask`` 的时候。
    """

    organisation_id: int
    title: str = ""
    indicators: tuple[Mapping[str, Any], ...] = ()
    facts: tuple[Mapping[str, Any], ...] = ()
    ask: str = ""
    days: int | None = field(default=None)


def demand_no_numbers(*texts: str) -> None:
    """给几个单位看的话里不收证件号、电话、账号。"""
    if any(LONG_NUMBER.search(text) for text in texts):
        raise ServiceError(
            "写的内容里像是有身份证号、手机号或银行账号，没有办。各承办单位都看得到，请删去再交。", code="long_number"
        )


def part_set(order: Order, need: Need, node: Node) -> OrderPart:
    """列入一个单位（还没派出的）；早列了的，添上新的情况。承办的是坐着那个岗位的单位或股室。"""
    organisation = receiver(need.organisation_id, node)
    ask = ask_of(order, need)
    rows = OrderPart.objects.within(EVERYTHING)
    part = rows.filter(order=order, organisation=organisation, branch=None).first()
    if part is None:
        part = OrderPart(order=order, organisation=organisation, division_code=order.division_code, at=order.opened_at)
    part.ask = ask
    part.merged(*contents(need))
    part.save()
    return part


def ask_of(order: Order, need: Need) -> str:
    """要它办的事：没有写的用题目。"""
    ask = (need.ask or need.title or order.title).strip()[:LONGEST_ASK]
    demand_no_numbers(ask)
    return ask


def contents(need: Need) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """指标与情况，只留约定的几项。"""
    return _kept(need.indicators, INDICATOR), _kept(need.facts, FACT)


def _kept(items: Sequence[Mapping[str, Any]], names: tuple[str, ...]) -> list[dict[str, str]]:
    return [{name: str(item.get(name) or "") for name in names} for item in items]


def receiver(organisation_id: int, node: Node, places: Places | None = None) -> Organisation:
    """承办单位；停用的、没有的不能派。"""
    found = places or Places()
    organisation = found.organisation(organisation_id)
    if organisation is None:
        raise ServiceError("所选的承办单位不在用，请重新选。", code="no_receiver")
    return found.seated(organisation, node.role_at(organisation.kind))
