"""区划变更：旧名问得到，旧代码推得到今天的代码，不成立的一步也不走。"""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from jiuzhu.web.audit.models import Entry
from jiuzhu.web.divisions.models import Division, DivisionChange, Organisation
from jiuzhu.web.divisions.selectors import name_of, path_of, successors
from jiuzhu.web.divisions.services import County, NewPlace, division_change_apply, division_change_preview
from jiuzhu.web.divisions.walls import EVERYWHERE
from jiuzhu.web.ground.errors import Conflict, ServiceError

from .conftest import ACTOR

DAY = date(2025, 7, 1)
BEFORE = date(2025, 6, 30)
HEWAN, BAISHA = "429997100000", "429997101000"
LIUSHU, DATANG = "429997100201", "429997100202"


def apply(kind: str, old: list[str], new: list[tuple[str, str]], on: date = DAY, **rest: object) -> DivisionChange:
    """办理一次变更。"""
    places = [NewPlace(*place) for place in new]
    return division_change_apply(actor=ACTOR, area=EVERYWHERE, kind=kind, on=on, from_codes=old, to=places, **rest)


def test_更名_前一天叫旧名_当天叫新名(hefeng: County) -> None:
    apply("rename", [HEWAN], [(HEWAN, "河湾镇")], document="禾政发〔2025〕1号")
    assert path_of(LIUSHU, BEFORE) == "禾丰县 河湾乡 柳树村"
    assert path_of(LIUSHU, DAY) == "禾丰县 河湾镇 柳树村"
    assert Division.objects.get(code=HEWAN, valid_to=None).kind == "town"
    assert successors(HEWAN) == [HEWAN]
    entry = Entry.objects.get(action="divisions.division_change")
    assert entry.actor_name == ACTOR.name


def test_村合并_旧代码都推到新代码(hefeng: County) -> None:
    apply("merge", [LIUSHU, DATANG], [("429997100203", "柳塘村")])
    assert successors(LIUSHU) == successors(DATANG) == ["429997100203"]
    assert successors(LIUSHU, BEFORE) == [LIUSHU]
    assert not Organisation.objects.filter(is_active=True, division_code__in=[LIUSHU, DATANG]).exists()
    assert Organisation.objects.filter(division_code="429997100203").count() == 2


def test_并入其中一个_那一个名称不变就不断开(hefeng: County) -> None:
    apply("merge", [LIUSHU, DATANG], [(LIUSHU, "柳树村")])
    assert Division.objects.filter(code=LIUSHU).count() == 1
    assert successors(DATANG) == [LIUSHU]


def test_乡改代码_各村随之换代码_机构随之搬(hefeng: County) -> None:
    apply("code_change", [HEWAN], [("429997110000", "河湾镇")])
    assert path_of("429997110201") == "禾丰县 河湾镇 柳树村"
    assert successors(LIUSHU) == ["429997110201"]
    assert Organisation.objects.get(code="429997100-station").division_code == "429997110000"
    assert not Division.objects.filter(code__startswith="429997100", valid_to=None).exists()


def test_乡合并_村撞号须写明新代码(hefeng: County) -> None:
    with pytest.raises(ServiceError, match="429997101201 撞号"):
        apply("merge", [HEWAN, BAISHA], [(BAISHA, "白沙镇")])
    assert Division.objects.filter(valid_to=None).count() == 9
    moves = {LIUSHU: "429997101205", DATANG: "429997101206"}
    apply("merge", [HEWAN, BAISHA], [(BAISHA, "白沙镇")], moves=moves)
    assert successors(LIUSHU) == ["429997101205"]
    assert path_of("429997101201") == "禾丰县 白沙镇 柳树村"
    assert Division.objects.filter(parent_code=BAISHA, valid_to=None).count() == 4


def test_拆分_留在原处的不动_划出去的写明(hefeng: County) -> None:
    apply("split", [HEWAN], [(HEWAN, "河湾乡"), ("429997103000", "大塘乡")], moves={DATANG: "429997103201"})
    assert path_of("429997103201") == "禾丰县 大塘乡 大塘村"
    assert path_of(LIUSHU) == "禾丰县 河湾乡 柳树村"
    assert successors(HEWAN) == [HEWAN, "429997103000"]
    assert Organisation.objects.get(code="429997100202-point").division_code == "429997103201"


def test_拆成两个新的_下级没有去处就不办(hefeng: County) -> None:
    with pytest.raises(ServiceError, match="没有写明新代码"):
        apply("split", [HEWAN], [("429997103000", "甲乡"), ("429997104000", "乙乡")])


def test_接连变更一直推到今天(hefeng: County) -> None:
    apply("code_change", [LIUSHU], [("429997100301", "柳树村")])
    apply("merge", ["429997100301", DATANG], [("429997100302", "柳塘社区")], on=date(2026, 1, 1))
    assert successors(LIUSHU) == ["429997100302"]
    assert successors(LIUSHU, date(2025, 12, 31)) == ["429997100301"]
    assert successors("429997100301", since=date(2025, 12, 1)) == ["429997100302"]


def test_撤销_有机构的不办_没有的推不到别处(hefeng: County) -> None:
    with pytest.raises(Conflict, match="柳树村社会救助服务点"):
        apply("abolish", [LIUSHU], [])
    Organisation.objects.filter(division_code=LIUSHU).update(valid_to=DAY)
    apply("abolish", [LIUSHU], [])
    assert successors(LIUSHU) == []
    assert name_of(LIUSHU) == "柳树村"


@pytest.mark.parametrize(
    ("kind", "old", "new", "said"),
    [
        ("rename", [LIUSHU], [(DATANG, "大塘村")], "更名要写"),
        ("merge", [LIUSHU], [("429997100203", "柳塘村")], "合并要写"),
        ("new", [], [(LIUSHU, "柳树村")], "已在用"),
        ("abolish", ["429997100999"], [], "不在用"),
        ("code_change", [LIUSHU], [("429997105000", "柳树乡")], "同一级"),
        ("code_change", [LIUSHU], [("42999710", "柳树村")], "十二位"),
        ("split", [LIUSHU], [("429997100203", "甲村"), ("429997100204", " ")], "没有写名称"),
        ("explode", [LIUSHU], [], "没有这种变更"),
        ("new", [], [("429997999201", "孤村")], "上级 429997999000"),
        ("code_change", [LIUSHU], [("429997999201", "柳树村")], "上级 429997999000"),
    ],
)
def test_不成立的变更说清楚_什么也不改(
    hefeng: County, kind: str, old: list[str], new: list[tuple[str, str]], said: str
) -> None:
    before = list(Division.objects.values_list("code", "name", "valid_to"))
    with pytest.raises(ServiceError, match=said):
        apply(kind, old, new)
    assert list(Division.objects.values_list("code", "name", "valid_to")) == before
    assert not DivisionChange.objects.exists()


def test_还没有到的日期不办(hefeng: County) -> None:
    with pytest.raises(ServiceError, match="还没有到"):
        apply("rename", [LIUSHU], [(LIUSHU, "柳林村")], on=timezone.localdate() + timedelta(days=1))


def test_预览不写库(hefeng: County) -> None:
    before = list(Division.objects.values())
    plan = division_change_preview(
        area=EVERYWHERE, kind="merge", on=DAY, from_codes=[LIUSHU, DATANG], to=[NewPlace("429997100203", "柳塘村")]
    )
    assert len(plan.closing) == len(plan.offices) == 2
    assert list(Division.objects.values()) == before
    assert not DivisionChange.objects.exists()


def test_早于启用的日期不办(hefeng: County) -> None:
    apply("rename", [LIUSHU], [(LIUSHU, "柳林村")])
    with pytest.raises(ServiceError, match="已有定在 2025年7月1日的变更"):
        apply("rename", [LIUSHU], [(LIUSHU, "柳园村")], on=BEFORE)
