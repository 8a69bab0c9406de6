"""不论怎样变更，几条规矩总成立：同一代码的各段不重叠，旧代码推到的都在用，在用的都有在用的上级。"""

import random
from datetime import date, timedelta
from itertools import pairwise

import pytest

from jiuzhu.web.divisions.models import Division, Organisation, in_force_on
from jiuzhu.web.divisions.selectors import successors
from jiuzhu.web.divisions.services import County, NewPlace, division_change_apply
from jiuzhu.web.ground.errors import ServiceError

from .conftest import ACTOR

START = date(2024, 1, 1)


SHAPES = {"rename": (1, 0), "merge": (2, 1), "split": (1, 2), "new": (0, 1), "code_change": (1, 1), "abolish": (1, 0)}


def draw(rng: random.Random, day: date) -> dict[str, object]:
    """随便一次变更：个数对，代码不一定成立。"""
    level = rng.choice(["township", "village", "village"])
    rows = list(Division.objects.filter(in_force_on(day), level=level).values_list("code", "name"))
    kind = rng.choice(list(SHAPES))
    before, after = SHAPES[kind]
    old = rng.sample(rows, k=min(len(rows), before))
    places = [NewPlace(*rng.choice(old)) if old and rng.random() < 0.3 else fresh(rng, level) for _ in range(after)]
    if kind == "rename":
        places = [NewPlace(code, f"新{name}"[:20]) for code, name in old]
    return {"kind": kind, "from_codes": [code for code, _ in old], "to": places, "on": day}


def fresh(rng: random.Random, level: str) -> NewPlace:
    """一个没见过的代码。"""
    town = rng.choice(["100", "101", f"{rng.randint(102, 130)}"])
    tail = "000" if level == "township" else f"{rng.randint(300, 330)}"
    return NewPlace(f"429997{town}{tail}", f"{town}{tail}乡" if level == "township" else f"{town}{tail}村")


@pytest.mark.parametrize("seed", range(6))
def test_随便变更六十次(hefeng: County, seed: int) -> None:
    rng, done = random.Random(seed), set()
    originals = set(Division.objects.values_list("code", flat=True))
    Organisation.objects.filter(kind="village_point").delete()
    for step in range(60):
        change = draw(rng, START + timedelta(days=5 * step))
        try:
            division_change_apply(actor=ACTOR, area="429997", **change)
        except ServiceError:
            continue
        done.add(change["kind"])
    assert len(done) >= 3, done
    check_laws(originals, START + timedelta(days=400))


def check_laws(originals: set[str], day: date) -> None:
    """三条规矩，外加机构都设在在用的地方。"""
    periods: dict[str, list[Division]] = {}
    for row in Division.objects.order_by("code", "valid_from"):
        periods.setdefault(row.code, []).append(row)
    for rows in periods.values():
        assert all(one.valid_to is not None and one.valid_to <= other.valid_from for one, other in pairwise(rows))
    live = set(Division.objects.filter(in_force_on(day)).values_list("code", flat=True))
    for code in originals:
        assert set(successors(code, day)) <= live, code
    parents = Division.objects.filter(in_force_on(day), level__in=["township", "village"])
    assert set(parents.values_list("parent_code", flat=True)) <= live
    assert set(Organisation.objects.filter(is_active=True).values_list("division_code", flat=True)) <= live
