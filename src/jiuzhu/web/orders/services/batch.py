"""成批点单：几十户一个事务，写下的与一张一张开的相同。

新开的在内存里走好，一次写下；已经开过的、在办而要并进去的、走法特别的，照旧一张一张办（``order_open``）。
一个事务里要么全成、要么全不成；停了再来，开过的认得出，不会再开。
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Change, record_many
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.orders.chain import link
from jiuzhu.web.orders.models import Order, OrderPart, Source
from jiuzhu.web.orders.subjects import label_of, order_subject, subject_of
from jiuzhu.web.process.definition import Limit
from jiuzhu.web.process.models import Event as Step
from jiuzhu.web.process.movement import EVERYTHING, Branch
from jiuzhu.web.process.services import Batch, Kept, Staged, Unstaged
from jiuzhu.web.process.services.batch import reserve
from jiuzhu.web.registry.models import Event, Household
from jiuzhu.web.registry.services import events_add

from .needs import Need, ask_of, contents, receiver
from .opening import demand, in_hand, order_open, process_of
from .seats import Seats

MOST = 50  # 一个事务几张：停了至多丢这几张
LOCKS = "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s::text[]) AS key"
NO_DEFINITION = "派单的流程还没有发布，请系统管理员先发布。"


@dataclass(frozen=True)
class Wanted:
    """要开的一张：哪一户，来由编号，写什么，派给谁。"""

    household: Household
    source_key: str
    title: str
    words: str
    needs: Sequence[Need]
    urgent: bool = False
    kind: str = Order.Kind.AID


@dataclass(frozen=True)
class Made:
    """开的结果：``is_new`` 为假是并进在办的或早已开过的；没有开成的 ``order`` 为空，``problem`` 说明为什么。"""

    wanted: Wanted
    order: Order | None = None
    is_new: bool = False
    problem: str = ""


class Opening:
    """一批点单。查过的单位、岗位、流程版本、日历都记在这里，一批办完就丢。"""

    def __init__(
        self, *, origin: str, source_kind: str, actor: Actor, scope: Scope, now: datetime | None = None
    ) -> None:
        self.origin, self.source_kind = origin, source_kind
        self.actor, self.scope = actor, scope
        self.now = now or timezone.now()
        self.kept = Kept()
        self.seats = Seats(scope, self.kept.places)

    def open(self, wanted: Sequence[Wanted]) -> list[Made]:
        """开这几张，一个事务；次序同给的。``wanted`` 的户要连同户主取好。"""
        with transaction.atomic(), EVERYTHING.applied():
            self._lock(wanted)
            singly = self._known(wanted)
            done: dict[int, Made] = {}
            staged: list[tuple[int, Draft]] = []
            batch = Batch(self.kept, actor=self.actor, now=self.now)
            for number, each in enumerate(wanted):
                if number in singly:
                    continue
                try:
                    staged.append((number, self._staged(each, batch)))
                except Unstaged:
                    singly.add(number)
                except ServiceError as error:
                    done[number] = Made(each, problem=error.message)
            self._write(batch, [draft for _, draft in staged])
            done |= {number: Made(draft.wanted, draft.order, is_new=True) for number, draft in staged}
            done |= {number: self._singly(wanted[number]) for number in sorted(singly)}
        return [done[number] for number in range(len(wanted))]

    def _lock(self, wanted: Sequence[Wanted]) -> None:
        """锁法与一张一张开的相同：先户后来由，各按次序，两批同时来也不会互等。"""
        households = sorted({f"orders:{each.household.household_id}" for each in wanted})
        sources = sorted({f"orders:{self.source_kind}:{each.source_key}" for each in wanted})
        with connection.cursor() as cursor:
            cursor.execute(LOCKS, [[*households, *sources]])

    def _known(self, wanted: Sequence[Wanted]) -> set[int]:
        """开过的、有在办的、同一户在这一批里第二次来的。"""
        sources = Source.objects.within(EVERYTHING).filter(kind=self.source_kind)
        keys = set(sources.filter(key__in=[each.source_key for each in wanted]).values_list("key", flat=True))
        ids = [each.household.pk for each in wanted]
        taken = {
            (kind, pk)
            for kind in {each.kind for each in wanted}
            for pk in in_hand(self.origin, kind).filter(household__in=ids).values_list("household_id", flat=True)
        }
        found: set[int] = set()
        for number, each in enumerate(wanted):
            seat = (str(each.kind), each.household.pk)
            if each.source_key in keys or seat in taken:
                found.add(number)
            keys.add(each.source_key)
            taken.add(seat)
        return found

    def _staged(self, wanted: Wanted, batch: Batch) -> "Draft":
        demand(wanted.title, wanted.words, wanted.household.division_code, self.scope)
        order = Order(
            household=wanted.household, division_code=wanted.household.division_code, origin=self.origin,
            kind=wanted.kind, title=wanted.title.strip()[:80], words=wanted.words.strip(), urgent=wanted.urgent,
            opened_at=self.now, opened_by_id=self.actor.user_id, opened_name=self.actor.name[:60],
        )  # fmt: skip
        code = process_of(order.kind, urgent=order.urgent)
        if self.kept.definition(code) is None:
            raise ServiceError(NO_DEFINITION, code="no_definition", status=409)
        first, role = self.seats.first(self.origin, order.division_code)
        subject_kind, subject_key = subject_of(order)
        staged = batch.open(
            code=code, subject_kind=subject_kind, subject_key=subject_key, subject_label=label_of(order),
            division_code=order.division_code, first_organisation_id=first, first_role=role,
            data=self.seats.drawn(order.division_code, f"{self.source_kind}:{wanted.source_key}"),
        )  # fmt: skip
        order.instance = staged.instance
        draft = Draft(wanted, order, staged)
        branches = tuple(draft.plan(need, self.kept) for need in wanted.needs)
        if branches:
            staged.send_first("send", tuple({branch.organisation_id: branch for branch in branches}.values()))
        batch.add(staged)
        return draft

    def _write(self, batch: Batch, drafts: Sequence["Draft"]) -> None:
        if not drafts:
            return
        batch.flush()
        for draft, pk in zip(drafts, reserve(Order._meta.db_table, len(drafts)), strict=True):
            draft.order.pk = pk
        Order._base_manager.bulk_create(draft.order for draft in drafts)
        Source._base_manager.bulk_create(
            Source(order=draft.order, division_code=draft.order.division_code, kind=self.source_kind,
                   key=draft.wanted.source_key, at=self.now)
            for draft in drafts
        )  # fmt: skip
        OrderPart._base_manager.bulk_create(part for draft in drafts for part in draft.bound())
        changes = [Change(order_subject(draft.order), after=draft.facts()) for draft in drafts]
        record_many(actor=self.actor, action="orders.order_open", changes=changes)
        events_add(events=[event for draft in drafts for event in draft.links(self.actor)], moment=self.now)

    def _singly(self, wanted: Wanted) -> Made:
        try:
            order = order_open(
                household=wanted.household, origin=self.origin, source_kind=self.source_kind,
                source_key=wanted.source_key, title=wanted.title, words=wanted.words, needs=wanted.needs,
                urgent=wanted.urgent, kind=wanted.kind, actor=self.actor, scope=self.scope, now=self.now,
            )  # fmt: skip
        except ServiceError as error:
            return Made(wanted, problem=error.message)
        return Made(wanted, order, is_new=order.opened_at == self.now)


class Draft:
    """还没有写下的一张单。"""

    def __init__(self, wanted: Wanted, order: Order, staged: Staged) -> None:
        self.wanted, self.order, self.staged = wanted, order, staged
        self.parts: dict[int, OrderPart] = {}

    def plan(self, need: Need, kept: Kept) -> Branch:
        """列入一个单位，备好派给它的分支；同一个单位的几份并成一份。"""
        organisation = receiver(need.organisation_id, self.order.instance.process.node("take"), kept.places)
        part = self.parts.setdefault(
            organisation.pk,
            OrderPart(organisation=organisation, division_code=self.order.division_code, at=self.order.opened_at),
        )
        part.ask = ask_of(self.order, need)
        part.merged(*contents(need))
        return Branch(organisation.pk, Limit(need.days, "wd") if need.days else None)

    def bound(self) -> Collection[OrderPart]:
        """各单位的一份，对上派出的分支。"""
        for scope in self.staged.scopes:
            if scope.organisation_id is not None:
                part = self.parts[scope.organisation_id]
                part.branch, part.at = scope, scope.opened_at
        for part in self.parts.values():
            part.order = self.order
        return self.parts.values()

    def facts(self) -> dict[str, object]:
        """审计里记的。"""
        order = self.order
        return {
            "origin": order.origin, "kind": order.kind, "urgent": order.urgent, "parts": len(self.wanted.needs),
        }  # fmt: skip

    def links(self, actor: Actor) -> list[Event]:
        """救助链上的各环：点单，派给了谁。"""
        order = self.order
        found = [link(order, Event.Kind.ORDERED, f"点单：{order.title}", actor, order.opened_at, f"{order.pk}:opened")]
        sent = {scope.pk: scope for scope in self.staged.scopes if scope.organisation_id is not None}
        for event in self.staged.events:
            scope = sent.get(event.data.get("scope", 0)) if event.kind == Step.Kind.SCOPE_OPENED else None
            if scope is not None:
                key = f"{event.instance_id}:{event.seq}"
                found.append(link(order, Event.Kind.SENT, f"派单给{scope.organisation}", actor, event.at, key))
        return found
