"""政策找人派单：符合而没有享受的派帮扶单，享受而不符合的派核查单，交这个项目的经办部门。"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.monitoring import entitled
from jiuzhu.web.monitoring.entitled import AIDS, POLICY
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.monitoring.selectors import latest_run
from jiuzhu.web.orders.models import Order
from jiuzhu.web.orders.services import Need, Opening, Wanted
from jiuzhu.web.registry.models import Household

from .needs import Offices
from .opening import MOST, Opened

if TYPE_CHECKING:
    from jiuzhu.engine.entitled import HouseholdEntitlement, ProgrammeTold

LISTEN = "减发、停发之前，先听取本人意见。"


@dataclass(frozen=True)
class Line:
    """名单里的一行，和这一户的情况。"""

    row: dict[str, Any]
    item: "ProgrammeTold"

    @property
    def is_aid(self) -> bool:
        """符合而没有享受的。"""
        return self.row["state"] in AIDS

    @property
    def title(self) -> str:
        """单子的题目。"""
        name = self.item.programme.title
        return f"政策找人：{name}" if self.is_aid else f"核查：{name}，{self.row['words']}"

    @property
    def words(self) -> str:
        """单子的情况。"""
        money = f"，约 {self.row['amount']:,.2f} 元" if self.row["amount"] is not None else ""
        told = f"按各部门数据，{self.item.who}对“{self.item.programme.title}”：{self.row['words']}{money}。"
        return told + ("请核实，属实的主动办理。" if self.is_aid else f"请核实。{LISTEN}")


def entitled_order(
    *, run: Run, keys: Collection[str], actor: Actor, scope: Scope, now: datetime | None = None
) -> Opened:
    """给选定的几行派单，至多五十行；看不到的、已派过在办的、不用办的不派。同一户的并进一单。

    Raises:
        ServiceError: 没有选（nothing_chosen），选得太多（too_many），不是最近一次监测的（old_run）。
    """
    if not keys:
        raise ServiceError("没有选要派单的户。请先勾选。", code="nothing_chosen")
    if len(keys) > MOST:
        raise ServiceError(f"一次至多派 {MOST} 户，请分几次派。", code="too_many")
    newest = latest_run(scope)
    if newest is None or newest.pk != run.pk:
        raise ServiceError("只能由最近一次监测的名单派单，请到最近一次的名单里派。", code="old_run", status=409)
    rows = entitled.rows_by_key(scope, run, keys)
    found = entitled.orders_of_rows(scope, rows)
    made = Opened()
    wanted: list[dict[str, Any]] = []
    for row in rows:
        order = found.get(row["key"])
        if order is not None and order.ended_at is None:
            made.problems.append(f"户 {row['household_id'][-6:]} 的“{row['title']}”已有单在办")
        elif row["orderable"]:
            wanted.append(row)
        else:
            made.problems.append(f"户 {row['household_id'][-6:]} 的“{row['title']}”{row['words']}，不用派单")
    _open(run, wanted, made, actor=actor, scope=scope, now=now)
    return made


def _open(
    run: Run, rows: Sequence[dict[str, Any]], made: Opened, *, actor: Actor, scope: Scope, now: datetime | None
) -> None:
    known = Household.objects.within(scope).select_related("head")
    households = {row.household_id: row for row in known.filter(household_id__in=[row["household_id"] for row in rows])}
    cases = {household_id: entitled.household_programmes(run, household_id) for household_id in households}
    offices, wanted = Offices(run.division_code), []
    for row in rows:
        household = households.get(row["household_id"])
        line = line_of(row, cases[row["household_id"]]) if household else None
        if household is None or line is None:
            made.problems.append(f"户 {row['household_id'][-6:]} 不在对象库里")
            continue
        wanted.append(
            Wanted(
                household,
                f"{row['key']}|{run.as_of or ''}",
                line.title,
                line.words,
                needs_of(line, offices, run),
                kind=Order.Kind.AID if line.is_aid else Order.Kind.CHECK,
            )
        )
    opening = Opening(origin=Order.Origin.POLICY, source_kind=POLICY, actor=actor, scope=scope, now=now)
    made.take(opening.open(wanted))


def line_of(row: dict[str, Any], case: "HouseholdEntitlement") -> Line | None:
    """这一行在这一户的情况里是哪一项。"""
    person = row["person_id"] or None
    items = (item for item in case.programmes if (item.programme.code, item.person_id) == (row["programme"], person))
    item = next(items, None)
    return Line(row, item) if item else None


def needs_of(line: Line, offices: Offices, run: Run) -> list[Need]:
    """经办部门的一份：这个项目的各条条件，和条件里用到的情况；别的不给。"""
    item = line.item
    listed = (office for title in item.programme.departments if (office := offices.of(title)) is not None)
    office = next(listed, offices.lead)
    if office is None:
        return []
    facts = {
        fact.name: {
            "name": fact.name,
            "value": fact.text,
            "source": "、".join(fact.sources),
            "date": run.as_of.isoformat() if run.as_of else "",
        }
        for condition in item.conditions
        for fact in condition.facts
    }
    reason = "；".join(condition.sentence for condition in item.conditions if condition.outcome != "unknown")
    name = item.programme.title
    return [
        Need(
            organisation_id=office.pk,
            title=office.label,
            indicators=(
                {"code": item.programme.code, "name": name, "category": "政策找人", "reason": reason or line.words},
            ),
            facts=tuple(facts.values()),
            ask=f"请核实并主动办理：{name}。" if line.is_aid else f"请核实是否仍符合{name}。{LISTEN}",
        )
    ]
