"""合并拆分的搬动：什么从谁名下移到谁名下，都记在 ``snapshot`` 里，撤销时照着放回。"""

import secrets
from datetime import date
from typing import Any

from django.db import models

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.registry.models import (
    ClassSpan,
    Event,
    Household,
    Membership,
    Person,
    PersonCorrection,
    PersonMerge,
)

EVERYTHING = Scope.everything()
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
FILLED = ("sex", "birth_date", "id_number", "phone", "account", "address")
SEALED = ("id_number", "phone", "account")
OWNED: tuple[type[models.Model], ...] = (Membership, ClassSpan, Event, PersonCorrection)
Snapshot = dict[str, Any]


def rows_of(model: type[models.Model]) -> Any:
    """一个模型的全部行；调用的服务已按请求的范围找到了人。"""
    return model.objects.within(EVERYTHING)  # type: ignore[attr-defined]


def join_people(merge: PersonMerge, today: date) -> Snapshot:
    """``absorbed`` 名下的都移到 ``kept`` 名下。"""
    kept, absorbed = _pair(merge)
    snapshot: Snapshot = {"rows": {}, "ended": {}, "filled": [], "heads": [], "chained": []}
    snapshot["ended"]["membership"] = _end_memberships(kept, absorbed, today)
    snapshot["ended"]["classspan"] = _end_spans(kept, absorbed, today)
    for model in OWNED:
        owned = rows_of(model).filter(person=absorbed)
        snapshot["rows"][model._meta.model_name] = list(owned.order_by("pk").values_list("pk", flat=True))
        owned.update(person=kept)
    chained = rows_of(Person).filter(merged_into=absorbed)
    snapshot["chained"] = list(chained.values_list("pk", flat=True))
    chained.update(merged_into=kept)
    headed = rows_of(Household).filter(head=absorbed)
    snapshot["heads"] = list(headed.values_list("pk", flat=True))
    headed.update(head=kept)
    snapshot["filled"] = _fill_blanks(kept, absorbed)
    absorbed.merged_into = kept
    absorbed.save(update_fields=["merged_into"])
    return snapshot


def put_back_join(merge: PersonMerge) -> None:
    """照 ``snapshot`` 放回；其间新添的行、又变过的止日不动。"""
    kept, absorbed = _pair(merge)
    snapshot = merge.snapshot
    for model in OWNED:
        keys = snapshot["rows"].get(model._meta.model_name, [])
        rows_of(model).filter(pk__in=keys, person=kept).update(person=absorbed)
    for name, model in (("membership", Membership), ("classspan", ClassSpan)):
        for key, until in snapshot["ended"].get(name, []):
            rows_of(model).filter(pk=key, person=absorbed, until=date.fromisoformat(until)).update(until=None)
    rows_of(Person).filter(pk__in=snapshot["chained"], merged_into=kept).update(merged_into=absorbed)
    rows_of(Household).filter(pk__in=snapshot["heads"], head=kept).update(head=absorbed)
    blank: dict[str, Any] = {}
    for field in snapshot["filled"]:
        blank[field] = None if field == "birth_date" else b"" if field in SEALED else ""
        if field in SEALED:
            blank[f"{field}_index"] = None
    if blank:
        rows_of(Person).filter(pk=kept.pk).update(**blank)
    rows_of(Person).filter(pk=absorbed.pk).update(merged_into=None)


def part_people(merge: PersonMerge, today: date) -> tuple[Person, Snapshot]:
    """新立一人，``codes`` 各类别的经历归他，先放在同一户，关系待核。"""
    kept = rows_of(Person).select_for_update(of=("self",)).get(pk=merge.kept_id)
    new = Person.objects.create(
        person_id="P" + "".join(secrets.choice(ALPHABET) for _ in range(16)),
        household_id=kept.household_id,
        division_code=kept.division_code,
        name=merge.new_name,
        address=kept.address,
        relation="待核实",
    )
    membership = Membership.objects.create(
        household_id=kept.household_id, division_code=kept.division_code, person=new, relation="待核实", since=today
    )
    spans = rows_of(ClassSpan).filter(person=kept, code__in=merge.codes)
    keys = list(spans.order_by("pk").values_list("pk", flat=True))
    spans.update(person=new)
    return new, {"spans": keys, "membership": membership.pk}


def put_back_part(merge: PersonMerge) -> None:
    """类别经历放回；拆出的人并回原来的人，他的成员经历收尾。"""
    kept, new = _pair(merge)
    rows_of(ClassSpan).filter(pk__in=merge.snapshot["spans"], person=new).update(person=kept)
    rows_of(Membership).filter(pk=merge.snapshot["membership"]).delete()
    for model in OWNED:
        rows_of(model).filter(person=new).update(person=kept)
    rows_of(Person).filter(pk=new.pk).update(merged_into=kept)


def _pair(merge: PersonMerge) -> tuple[Person, Person]:
    """按主键次序锁住两人，免得两件事互等。"""
    keys = [merge.kept_id, merge.absorbed_id]
    found = {
        person.pk: person
        for person in rows_of(Person).select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    }
    return found[merge.kept_id], found[merge.absorbed_id]


def _end_memberships(kept: Person, absorbed: Person, today: date) -> list[tuple[int, str]]:
    """两人都在户里：``absorbed`` 那一段到今天为止。"""
    if not rows_of(Membership).filter(person=kept, until=None).exists():
        return []
    return _end(rows_of(Membership).filter(person=absorbed, until=None), today)


def _end_spans(kept: Person, absorbed: Person, today: date) -> list[tuple[int, str]]:
    """两人都在同一类：``absorbed`` 那一段到今天为止。"""
    both = rows_of(ClassSpan).filter(person=kept, until=None).values("code")
    return _end(rows_of(ClassSpan).filter(person=absorbed, until=None, code__in=both), today)


def _end(rows: Any, today: date) -> list[tuple[int, str]]:
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.update(until=today)
    return [(key, today.isoformat()) for key in keys]


def _fill_blanks(kept: Person, absorbed: Person) -> list[str]:
    """``kept`` 空着的，用 ``absorbed`` 的补上。"""
    filled = [field for field in FILLED if not getattr(kept, field) and getattr(absorbed, field)]
    for field in filled:
        setattr(kept, field, getattr(absorbed, field))
        if field in SEALED:
            setattr(kept, f"{field}_index", getattr(absorbed, f"{field}_index"))
    if filled:
        kept.save()
    return filled
