"""合并拆分：两人经手、撤销照原样、以后再装数据不走样。"""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.ground.errors import Conflict, NotAllowed, ServiceError
from jiuzhu.web.registry import services
from jiuzhu.web.registry.models import ClassSpan, Event, Household, Membership, Person, PersonCorrection, PersonMerge

from .acting import actor
from .county import County

ALL = Scope.everything()
Who = Callable[[str], Person]
REASON = "姓名、出生日期、住址都一样，村里证明是同一人"


def picture() -> list[object]:
    """除去合并本身、救助链、时间之外的全部。"""
    skipped = {"updated_at", "changed_at"}
    tables = (Household, Person, Membership, ClassSpan, PersonCorrection)
    rows = [
        sorted(
            str(sorted((key, str(value)) for key, value in row.items() if key not in skipped))
            for row in model.objects.within(ALL).values()  # type: ignore[attr-defined]
        )
        for model in tables
    ]
    owners = Event.objects.within(ALL).exclude(kind__in=["merged", "undone", "split"]).order_by("pk")
    return [*rows, list(owners.values_list("pk", "person_id"))]


@pytest.fixture
def both(loaded: County, cast: dict[str, User], who: Who) -> tuple[Person, Person]:
    """同一个人在两户里各有一份：李莫愁（石桥）与李莫仇（麦岭，名单抄错了字）。"""
    loaded.person("PLIMOCHOU33333333", "HLI33333333333333", "李莫仇", relation="户主", phone="13900001111")
    loaded.listed("PLIMOCHOU33333333", "dibao")
    loaded.listed("PLIMOCHOU22222222", "dibao")
    loaded.listed("PLIMOCHOU33333333", "fangfanpin")
    loaded.load(2)
    return who("李莫愁"), who("李莫仇")


def test_确认之后名下的都移过去_撤销照原样(both: tuple[Person, Person], cast: dict[str, User], who: Who) -> None:
    kept, absorbed = both
    before = picture()
    merge = services.merge_propose(kept=kept, absorbed=absorbed, reason=REASON, actor=actor(cast["青禾.县经办"]))
    assert picture() == before
    services.merge_confirm(merge=merge, actor=actor(cast["青禾.县监测员"]))
    assert not ClassSpan.objects.within(ALL).filter(person=absorbed).exists()
    assert not Membership.objects.within(ALL).filter(person=absorbed).exists()
    now_open = ClassSpan.objects.within(ALL).filter(person=kept, until=None)
    assert sorted(now_open.values_list("code", flat=True)) == ["dibao", "fangfanpin"]
    assert who("李莫愁").phone == "13900001111"
    merge.refresh_from_db()
    services.merge_undo(merge=merge, actor=actor(cast["青禾.县经办"]), reason="核实后是两个人")
    assert picture() == before


def test_提出的人不能自己确认(both: tuple[Person, Person], cast: dict[str, User]) -> None:
    kept, absorbed = both
    merge = services.merge_propose(kept=kept, absorbed=absorbed, reason=REASON, actor=actor(cast["青禾.县经办"]))
    with pytest.raises(NotAllowed):
        services.merge_confirm(merge=merge, actor=actor(cast["青禾.县经办"]))
    with pytest.raises(IntegrityError), transaction.atomic():  # 绕过服务，数据库也不许
        PersonMerge.objects.within(ALL).filter(pk=merge.pk).update(confirmed_by=cast["青禾.县经办"])


def test_不能重复提出_不能并自己_要写理由(both: tuple[Person, Person], cast: dict[str, User]) -> None:
    kept, absorbed = both
    who_acts = actor(cast["青禾.县经办"])
    with pytest.raises(ServiceError, match="同一个人"):
        services.merge_propose(kept=kept, absorbed=kept, reason=REASON, actor=who_acts)
    with pytest.raises(ServiceError, match="理由"):
        services.merge_propose(kept=kept, absorbed=absorbed, reason="像", actor=who_acts)
    services.merge_propose(kept=kept, absorbed=absorbed, reason=REASON, actor=who_acts)
    with pytest.raises(Conflict):
        services.merge_propose(kept=absorbed, absorbed=kept, reason=REASON, actor=who_acts)


def test_合并后再装数据_仍是一个人(
    both: tuple[Person, Person], loaded: County, cast: dict[str, User], who: Who
) -> None:
    kept, absorbed = both
    merge = services.merge_propose(kept=kept, absorbed=absorbed, reason=REASON, actor=actor(cast["青禾.县经办"]))
    services.merge_confirm(merge=merge, actor=actor(cast["青禾.县监测员"]))
    assert loaded.load(3).events == 0
    assert not ClassSpan.objects.within(ALL).filter(person=absorbed).exists()
    assert not Membership.objects.within(ALL).filter(person=absorbed).exists()
    assert who("李莫愁").phone == "13900001111"


def test_拆分_类别归拆出的人_再装数据不走样_可撤销(loaded: County, cast: dict[str, User], who: Who) -> None:
    before = picture()
    zhang = who("张三丰")
    split = services.person_split(
        person=zhang,
        codes=["dibao"],
        new_name="张君宝",
        reason="低保名单上的是同村同名的人",
        actor=actor(cast["青禾.县经办"]),
    )
    services.merge_confirm(merge=split, actor=actor(cast["青禾.县监测员"]))
    new = who("张君宝")
    assert ClassSpan.objects.within(ALL).get(code="dibao").person == new
    assert loaded.load(1).events == 0
    assert ClassSpan.objects.within(ALL).get(code="dibao").person == new
    split.refresh_from_db()
    services.merge_undo(merge=split, actor=actor(cast["青禾.县经办"]), reason="查清还是本人")
    assert ClassSpan.objects.within(ALL).get(code="dibao").person == zhang
    after = picture()
    assert after[2:] == before[2:]
    assert set(before[1]) <= set(after[1])  # type: ignore[call-overload]


def test_后来的合并压着_先撤后来的(both: tuple[Person, Person], cast: dict[str, User], who: Who) -> None:
    kept, absorbed = both
    first = services.merge_propose(kept=kept, absorbed=absorbed, reason=REASON, actor=actor(cast["青禾.县经办"]))
    services.merge_confirm(merge=first, actor=actor(cast["青禾.县监测员"]))
    second = services.merge_propose(kept=who("张三丰"), absorbed=kept, reason=REASON, actor=actor(cast["青禾.县经办"]))
    services.merge_confirm(merge=second, actor=actor(cast["青禾.县监测员"]))
    first.refresh_from_db()
    with pytest.raises(Conflict):
        services.merge_undo(merge=first, actor=actor(cast["青禾.县经办"]), reason="核实后是两个人")
