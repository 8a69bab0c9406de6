"""政策找人派单：符合未享受的派帮扶单，享受不符合的派核查单；按范围；派过的看得到，不重派。"""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.urls import reverse
from tests.web.cast import every, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.monitoring.entitled import Choice as Chosen
from jiuzhu.web.monitoring.entitled import entitled_rows, key_of, orders_of_rows, rows_by_key
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.monitoring.services import entitled_order
from jiuzhu.web.orders.models import Order, OrderPart
from jiuzhu.web.registry.models import Household

from .conftest import acting

PAGE, OPEN = reverse("monitoring:entitled"), reverse("monitoring:entitled_open")


def rows(run: Run, state: str, *, known: bool = True) -> list[dict[str, Any]]:
    """这一情形的行，户都在对象库里；一户一行。"""
    ids = set(every(Household).values_list("household_id", flat=True))
    found = [
        row
        for row in list(entitled_rows(Scope.everything(), run, Chosen(state=state))[0:2000])
        if row["household_id"] in ids
    ]
    return list({row["household_id"]: row for row in found}.values())


def test_符合未享受的派帮扶单_享受不符合的派核查单(warned: Run, cast: dict[str, User]) -> None:
    actor, scope = acting(cast["青禾.县经办"])
    aid = rows(warned, "entitled_unaided")[:3]
    check = [
        row for row in rows(warned, "aided_not_entitled") if row["household_id"] not in {a["household_id"] for a in aid}
    ]
    assert aid
    assert check
    chosen = [*aid, *check[:2]]
    made = entitled_order(run=warned, keys={row["key"] for row in chosen}, actor=actor, scope=scope)
    assert (made.opened, made.joined, made.problems) == (len(chosen), 0, [])
    kinds = dict(every(Order).values_list("household__household_id", "kind"))
    assert kinds == {row["household_id"]: "aid" if row in aid else "check" for row in chosen}
    for order in every(Order).select_related("household"):
        [part] = every(OrderPart).filter(order=order)
        row = next(row for row in chosen if row["household_id"] == order.household.household_id)
        assert part.indicators[0]["code"] == row["programme"]
        assert part.facts
        assert all(fact["source"] and fact["value"] for fact in part.facts)
        assert part.branch is not None
    states = orders_of_rows(scope, chosen)
    assert set(states) == {row["key"] for row in chosen}
    again = entitled_order(run=warned, keys={aid[0]["key"]}, actor=actor, scope=scope)
    assert (again.opened, again.joined, again.skipped) == (0, 0, 1)


def test_没有选_选太多_旧的监测_不用办的(warned: Run, cast: dict[str, User], make_run: Any) -> None:
    actor, scope = acting(cast["青禾.县经办"])
    for keys, code in ((set(), "nothing_chosen"), ({str(number) for number in range(51)}, "too_many")):
        with pytest.raises(ServiceError) as caught:
            entitled_order(run=warned, keys=keys, actor=actor, scope=scope)
        assert caught.value.code == code
    row = rows(warned, "unknown")[0]
    made = entitled_order(run=warned, keys={row["key"]}, actor=actor, scope=scope)
    assert (made.opened, made.skipped) == (0, 1)
    make_run(2)
    with pytest.raises(ServiceError) as caught:
        entitled_order(run=warned, keys={row["key"]}, actor=actor, scope=scope)
    assert caught.value.code == "old_run"


def test_范围之外的不派(warned: Run, cast: dict[str, User]) -> None:
    listed = pl.read_parquet(Path(warned.out_dir) / "entitlements.parquet")
    row = rows(warned, "entitled_unaided")[0]
    assert key_of(row) == row["key"]
    elsewhere = Scope(role="town_window", areas=("429997",))
    assert rows_by_key(elsewhere, warned, {row["key"]}) == []
    assert len(rows_by_key(Scope.everything(), warned, {row["key"], "没有|这|样的"})) == 1
    assert listed.height > 1
    data = {"row": [row["key"]]}
    assert signed_in(cast["没有岗位"]).post(OPEN, data).status_code == 403
    assert signed_in(cast["青禾.镇调查"]).post(OPEN, data).status_code == 403
    signed_in(cast["禾丰.县经办"]).post(OPEN, data)
    assert not every(Order).exists()


def test_页面上勾选派单_名单上看得到办到哪里(warned: Run, cast: dict[str, User]) -> None:
    client = signed_in(cast["青禾.县经办"])
    row = rows(warned, "entitled_unaided")[0]
    listing = f"{PAGE}?state=entitled_unaided&programme={row['programme']}"
    page = client.get(listing).content.decode()
    assert "给选中的派单" in page
    assert "没有派" in page
    answer = client.post(OPEN, {"row": [row["key"]], "next": listing})
    assert (answer.status_code, answer["Location"]) == (302, listing)
    order = every(Order).get()
    assert order.origin == "policy"
    page = client.get(listing).content.decode()
    assert order.number in page
    assert f'value="{row["key"]}"' not in page
