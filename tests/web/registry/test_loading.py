"""装库：装谁、装几遍一样、变化成为救助链、名单没交来不算退出。"""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.registry import selectors
from jiuzhu.web.registry.models import ClassSpan, EconomySnapshot, Event, Household, Membership, Person, SearchToken

from .county import ACCOUNT, SHIQIAO, ZHANG, County

ALL = Scope.everything()
Home = Callable[[str], Household]
Who = Callable[[str], Person]
pytestmark = pytest.mark.usefixtures("db")


def kinds(household: Household) -> list[str]:
    return sorted(Event.objects.within(ALL).filter(household=household).values_list("kind", flat=True))


def test_在册与预警的户装入_不相干的户不装(loaded: County, home: Home) -> None:
    kept = dict(Household.objects.within(ALL).values_list("household_id", "kind"))
    assert kept == {
        "HZHANG22222222222": "monitored",
        "HLI22222222222222": "warned",
        "HOUYANG2222222222": "monitored",
    }
    zhang = home("HZHANG22222222222")
    assert (zhang.size, zhang.classes, zhang.division_code) == (2, ["dibao"], "429998101200")
    assert zhang.head is not None
    assert zhang.head.name == "张三丰"
    assert home("HLI22222222222222").reasons[0]["name"] == "大病自付过高"


def test_主要原因的先后与预警名单一致(loaded: County, home: Home) -> None:
    loaded.told = {"HLI22222222222222": ["JY-01", "YL-03"]}
    loaded.load(2)
    assert selectors.top_reasons(home("HLI22222222222222")) == ["学费负担重", "大病自付过高"]


def test_号码加密存放_解得开_库里没有明文(loaded: County, who: Who) -> None:
    zhang = who("张三丰")
    assert (zhang.id_number, zhang.account) == (ZHANG, ACCOUNT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, account, row_to_json(p)::text FROM registry_person p WHERE name = '张三丰'")
        number, account, whole = cursor.fetchone()
    assert ZHANG.encode() not in bytes(number)
    assert ACCOUNT.encode() not in bytes(account)
    assert ZHANG not in whole


def test_同一次再装一遍_什么也不变(loaded: County) -> None:
    def picture() -> list[object]:
        tables = (Household, Person, Membership, ClassSpan, Event, EconomySnapshot, SearchToken)
        skipped = {"updated_at"}
        return [
            sorted(
                str(sorted((k, v) for k, v in row.items() if k not in skipped))
                for row in model.objects.within(ALL).values()  # type: ignore[attr-defined]
            )
            for model in tables
        ]

    before = picture()
    assert loaded.load(1).events == 0
    assert picture() == before


def versions() -> dict[str, dict[str, str]]:
    """各表每一行的版本：数据库改过一行，它的 xmin 就变。"""
    out = {}
    with connection.cursor() as cursor:
        for table, key in (("household", "household_id"), ("person", "person_id"), ("membership", "id")):
            cursor.execute(f"SELECT {key}::text, xmin::text || ctid::text FROM registry_{table}")
            out[table] = dict(cursor.fetchall())
    return out


def test_下一次监测_没有变的户一行也不写_变的只写它自己(loaded: County) -> None:
    before = versions()
    loaded.load(2)
    assert versions() == before
    loaded.scores["HLI22222222222222"] = {"score": 43.5, "band": "red"}
    loaded.person("PZHANGWUJI2222222", "HZHANG22222222222", "张无忌", sex="女", birth_date=date(2012, 5, 1))
    loaded.load(3)
    after = versions()
    changed = {name: {key for key, mark in after[name].items() if before[name].get(key) != mark} for name in after}
    assert changed == {"household": {"HLI22222222222222"}, "person": {"PZHANGWUJI2222222"}, "membership": set()}


def test_第一次_有发现和纳入_起始月照名单(loaded: County, home: Home) -> None:
    zhang = home("HZHANG22222222222")
    assert kinds(zhang) == ["class_in", "found"]
    entered = Event.objects.within(ALL).get(household=zhang, kind="class_in")
    assert timezone.localtime(entered.at).date() == date(2024, 3, 1)
    assert entered.title == "纳入低保"


def test_第二次_退出_升降级_去世_添丁都记下(loaded: County, home: Home, who: Who) -> None:
    loaded.as_of = date(2026, 10, 31)
    loaded.classes = [row for row in loaded.classes if row["code"] != "dibao"]
    loaded.scores["HLI22222222222222"] = {"score": 20.0, "band": "yellow"}
    loaded.person("PLIMOCHOU22222222", "HLI22222222222222", "李莫愁", relation="户主", village_code=SHIQIAO, alive=False,
                  died_on=date(2026, 10, 5))  # fmt: skip
    loaded.person("PNEW2222222222222", "HLI22222222222222", "李小愁", village_code=SHIQIAO)
    loaded.load(2)
    zhang, li = home("HZHANG22222222222"), home("HLI22222222222222")
    assert kinds(zhang) == ["class_in", "class_out", "found"]
    assert (zhang.kind, zhang.classes) == ("former", [])
    assert kinds(li) == ["band", "died", "found", "joined"]
    assert li.size == 1
    gone = Membership.objects.within(ALL).get(person=who("李莫愁"))
    assert gone.until == date(2026, 10, 5)
    assert Event.objects.within(ALL).get(household=li, kind="band").title == "预警级别降低"


def test_名单没有交来_不算退出(loaded: County, home: Home) -> None:
    loaded.classes = [row for row in loaded.classes if row["code"] != "dibao"]
    loaded.sources = loaded.sources - {"dibao"}
    loaded.load(2)
    assert home("HZHANG22222222222").classes == ["dibao"]


def test_户籍没有交来_不算离开(loaded: County) -> None:
    loaded.people = [row for row in loaded.people if row["name"] != "张无忌"]
    loaded.sources = loaded.sources - {"hukou"}
    loaded.load(2)
    assert not Membership.objects.within(ALL).filter(until__isnull=False).exists()


def test_迁到别户_两边都记(loaded: County, home: Home, who: Who) -> None:
    loaded.as_of = date(2026, 10, 31)
    loaded.person("PZHANGWUJI2222222", "HLI22222222222222", "张无忌", village_code=SHIQIAO)
    loaded.load(2)
    assert "left" in kinds(home("HZHANG22222222222"))
    assert "joined" in kinds(home("HLI22222222222222"))
    moved = who("张无忌")
    assert (moved.household.household_id, moved.division_code) == ("HLI22222222222222", SHIQIAO)
    assert Membership.objects.within(ALL).filter(person=moved).count() == 2


def test_户换了村_名下的记录跟着走(loaded: County, home: Home) -> None:
    for row in loaded.people:
        if row["household_id"] == "HZHANG22222222222":
            row["village_code"] = SHIQIAO
    loaded.load(2)
    zhang = home("HZHANG22222222222")
    assert zhang.division_code == SHIQIAO
    for model in (Person, Membership, ClassSpan, Event, EconomySnapshot, SearchToken):
        rows = model.objects.within(ALL).filter(household=zhang)  # type: ignore[attr-defined]
        assert set(rows.values_list("division_code", flat=True)) == {SHIQIAO}, model


def test_更正过的不被数据盖掉(loaded: County, who: Who) -> None:
    Person.objects.within(ALL).filter(name="张无忌").update(name="张翠山", corrected=["name"])
    loaded.load(2)
    assert who("张翠山").person_id == "PZHANGWUJI2222222"


def test_经济状况_没变不另存_变了存新的(loaded: County, home: Home) -> None:
    li = home("HLI22222222222222")
    loaded.load(2)
    assert EconomySnapshot.objects.within(ALL).filter(household=li).count() == 1
    figure = EconomySnapshot.objects.within(ALL).get(household=li).figures[0]
    assert (figure["title"], figure["unit"], figure["source"]) == ("家庭金融资产", "元", "金融资产查询")
    loaded.person("PAAA2222222222222", "HAAA2222222222222", "阿大", relation="户主")  # 户序变了，李家的数也变
    loaded.as_of = date(2026, 11, 30)
    loaded.load(3)
    assert EconomySnapshot.objects.within(ALL).filter(household=li).count() == 2


def test_以网页角色也装得进(small: County, home: Home) -> None:
    """后台任务连数据库的也是什么都不拥有的角色。"""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE jiuzhu_web")
    try:
        assert small.load(1).households == 3
        assert small.load(2).events == 0
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
    assert home("HZHANG22222222222").size == 2
