"""明文、更正、走访、上报、按需调入、转来的户。"""

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.ground.errors import NotAllowed, ServiceError
from jiuzhu.web.orders.services import Need, order_open
from jiuzhu.web.process.models import Instance
from jiuzhu.web.process.services import definitions_publish
from jiuzhu.web.registry import selectors, services
from jiuzhu.web.registry.models import Event, Household, Person, Report, Visit

from .acting import actor, scope
from .county import PHONE, QINGHE, ZHANG, County

ALL = Scope.everything()
KEY = bytes(range(32))  # county_out 用的县密钥
Home = Callable[[str], Household]
Who = Callable[[str], Person]


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    """频率从头算。"""
    cache.clear()


def bodies() -> str:
    """全部审计的正文。"""
    return "\n".join(Entry.objects.values_list("body", flat=True))


def test_查看明文_记下谁为什么_审计里没有明文(loaded: County, cast: dict[str, User], who: Who) -> None:
    value = services.unmask(
        person=who("张三丰"),
        field="id_number",
        reason="办理低保复核",
        task="无对应事项",
        actor=actor(cast["青禾.县经办"]),
    )
    assert value == ZHANG
    entry = Entry.objects.get(action="registry.unmask")
    assert (entry.reason, entry.task, entry.actor_id) == ("办理低保复核", "无对应事项", cast["青禾.县经办"].pk)
    assert ZHANG not in bodies()
    assert "张三丰" not in bodies()


@pytest.mark.parametrize(
    ("field", "reason", "task", "code"),
    [
        ("id_number", "看", "某事", "no_reason"),
        ("id_number", "办理低保复核", " ", "no_task"),
        ("birth_date", "办理低保复核", "某事", "no_value"),
    ],
)
def test_明文_缺理由不给(
    loaded: County, cast: dict[str, User], who: Who, field: str, reason: str, task: str, code: str
) -> None:
    with pytest.raises(ServiceError) as caught:
        services.unmask(person=who("张三丰"), field=field, reason=reason, task=task, actor=actor(cast["青禾.县经办"]))
    assert caught.value.code == code
    assert not Entry.objects.filter(action="registry.unmask").exists()


def test_明文_一小时三十次封顶(loaded: County, cast: dict[str, User], who: Who) -> None:
    def once() -> None:
        services.unmask(
            person=who("张三丰"), field="phone", reason="电话核实", task="无对应事项", actor=actor(cast["青禾.县经办"])
        )

    for _ in range(30):
        once()
    with pytest.raises(ServiceError) as caught:
        once()
    assert caught.value.code == "too_many"


def test_更正姓名_找得到新名_找不到旧名_审计遮挡(loaded: County, cast: dict[str, User], who: Who) -> None:
    services.person_correct(
        person=who("张无忌"), field="name", value="张翠山", reason="户口簿原件", actor=actor(cast["青禾.镇窗口"])
    )
    county = scope(cast["青禾.县经办"])
    assert selectors.search(county, "张翠山").rows
    assert not selectors.search(county, "无忌").rows
    kept = selectors.corrections(county, who("张翠山").household).get()
    assert (kept.before, kept.after) == ("张无忌", "张翠山")
    assert "无忌" not in bodies()


def test_更正电话_按新号找得到(loaded: County, cast: dict[str, User], who: Who) -> None:
    services.person_correct(
        person=who("张三丰"), field="phone", value="138 0000 1234", reason="本人来电", actor=actor(cast["青禾.镇窗口"])
    )
    county = scope(cast["青禾.县经办"])
    assert selectors.search(county, "13800001234").rows
    assert not selectors.search(county, PHONE).rows
    loaded.load(2)
    assert who("张三丰").phone == "13800001234"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("id_number", "420107196503122318", "bad_value"),
        ("phone", "12345", "bad_value"),
        ("birth_date", "2030-01-01", "bad_value"),
        ("sex", "其他", "bad_value"),
        ("name", "", "bad_value"),
        ("name", "张三丰", "unchanged"),
        ("alive", "是", "no_field"),
    ],
)
def test_更正_不对的不收(loaded: County, cast: dict[str, User], who: Who, field: str, value: str, code: str) -> None:
    with pytest.raises(ServiceError) as caught:
        services.person_correct(
            person=who("张三丰"), field=field, value=value, reason="户口簿原件", actor=actor(cast["青禾.镇窗口"])
        )
    assert caught.value.code == code


def test_走访_进救助链(loaded: County, cast: dict[str, User], home: Home) -> None:
    zhang = home("HZHANG22222222222")
    services.visit_add(household=zhang, text="老人独居，灶房漏雨。", actor=actor(cast["青禾.村协理员"]))
    assert Visit.objects.within(ALL).get().by_name == "青禾村协理员"
    assert Event.objects.within(ALL).filter(household=zhang, kind="visited").count() == 1
    with pytest.raises(ServiceError):
        services.visit_add(household=zhang, text=" ", actor=actor(cast["青禾.村协理员"]))
    later = timezone.now() + timedelta(days=1)
    with pytest.raises(ServiceError):
        services.visit_add(household=zhang, text="好", at=later, actor=actor(cast["青禾.村协理员"]))


def submit(user: User, **changes: object) -> Report:
    """村协理员报一人。"""
    given: dict[str, object] = {
        "form_key": uuid.uuid4(),
        "name": "张三丰",
        "division_code": QINGHE,
        "needs": ["illness", "alone"],
        "words": "住院花了三万多，儿子在外打工没有音信。",
        "id_number": ZHANG,
        "phone": PHONE,
    }
    return services.report_submit(**given | changes, actor=actor(user), scope=scope(user))  # type: ignore[arg-type]


def test_上报_自动挂到那一户_交镇里核实(loaded: County, cast: dict[str, User], home: Home) -> None:
    definitions_publish(actor=actor(cast["青禾.系统管理员"]))
    report = submit(cast["青禾.村协理员"], urgent=True)
    zhang = home("HZHANG22222222222")
    assert report.household == zhang
    assert Event.objects.within(ALL).filter(household=zhang, kind="reported").exists()
    instance = Instance.objects.within(ALL).get(subject_kind="registry.report", subject_key=str(report.pk))
    assert instance.data["紧急"] is True
    assert "三丰" not in instance.subject_label
    assert ZHANG not in bodies()


def test_上报_同一张表单交两次只算一次(loaded: County, cast: dict[str, User]) -> None:
    key = uuid.uuid4()
    first = submit(cast["青禾.村协理员"], form_key=key)
    assert submit(cast["青禾.村协理员"], form_key=key) == first
    assert Report.objects.within(ALL).count() == 1


def test_上报_流程还没发布_先存着(loaded: County, cast: dict[str, User]) -> None:
    report = submit(cast["青禾.村协理员"])
    assert not Instance.objects.within(ALL).exists()
    definitions_publish(actor=actor(cast["青禾.系统管理员"]))
    worker = cast["青禾.村协理员"]
    assert services.report_open(report=report, actor=actor(worker), scope=scope(worker))


def test_上报_别处的不行_缺内容不行(loaded: County, cast: dict[str, User]) -> None:
    with pytest.raises(NotAllowed):
        submit(cast["青禾.村协理员"], division_code="429998103200")
    with pytest.raises(ServiceError, match="有什么困难、情况"):
        submit(cast["青禾.村协理员"], needs=[], words="")
    with pytest.raises(ServiceError, match="校验"):
        submit(cast["青禾.村协理员"], id_number="420107196503122310")


def test_上报_不透露别处有没有这个人(loaded: County, cast: dict[str, User], who: Who) -> None:
    report = submit(cast["青禾.村协理员"], id_number=who("欧阳锋").id_number, name="欧阳锋")
    assert report.household is None


@pytest.fixture
def sent(loaded: County, cast: dict[str, User], home: Home) -> Household:
    """张家的事转给青禾县医保局。"""
    definitions_publish(actor=actor(cast["青禾.系统管理员"]))
    town, zhang = cast["青禾.镇窗口"], home("HZHANG22222222222")
    office = cast["青禾.部门经办"].posts.get().organisation
    order_open(
        household=zhang,
        origin="window",
        source_kind="",
        source_key="",
        title="医疗负担重",
        words="看病自付多，请医保局看能报多少",
        needs=[Need(organisation_id=office.pk, title="医疗救助", indicators=(), facts=(), ask="")],
        actor=actor(town),
        scope=scope(town),
    )
    return zhang


def test_部门只看见转给它的户_两道墙都是(sent: Household, cast: dict[str, User]) -> None:
    mine, theirs = scope(cast["青禾.部门经办"]), scope(cast["禾丰.部门经办"])
    assert [row.household_id for row in selectors.households(mine)] == [sent.household_id]
    assert [row.person.name for row in selectors.members(mine, sent)] == ["张三丰", "张无忌"]
    assert list(selectors.households(theirs)) == []
    for each, names in ((mine, {"张三丰", "张无忌"}), (theirs, set())):
        with connection.cursor() as cursor, each.applied():
            cursor.execute("SET ROLE jiuzhu_web")
            try:
                cursor.execute("SELECT name FROM registry_person")
                seen = {row[0] for row in cursor.fetchall()}
                cursor.execute("SELECT count(*) FROM registry_searchtoken")
                words = cursor.fetchone()[0]
            finally:
                cursor.execute("RESET ROLE")
        assert seen == names
        assert words == 0


def test_看档十分钟内只记一次(loaded: County, cast: dict[str, User], home: Home) -> None:
    zhang, reader = home("HZHANG22222222222"), actor(cast["青禾.县经办"])
    assert [services.file_read(household=zhang, actor=reader) for _ in range(3)] == [True, False, False]
    assert services.file_read(household=zhang, actor=actor(cast["青禾.镇窗口"]))
    assert Entry.objects.filter(action="registry.file_read").count() == 2


def test_按需调入一户(
    county_out: Path, county: Path, cast: dict[str, User], settings: Settings, tmp_path: Path
) -> None:
    """真的部门文件、真的结果；调入的是没人在册、也没预警的一户。"""
    settings.KEY_FILE = tmp_path / "identity.key"
    settings.KEY_FILE.write_bytes(KEY)
    import polars as pl

    from jiuzhu.engine.roster import register_rows

    members = pl.read_parquet(county_out / "members.parquet").filter(pl.col("registered"))
    wanted = members.filter(pl.col("village_code").is_not_null() & (pl.col("relation") == "户主"))
    key = wanted.sort("household_id")["household_id"][0]
    code = wanted.filter(pl.col("household_id") == key)["village_code"][0]
    user = cast["青禾.县经办"]
    given = {
        "register": lambda: register_rows(county, county_out),
        "run_number": 1,
        "as_of": timezone.localdate(),
        "actor": actor(user),
        "out": county_out,
    }
    fetched = services.household_fetch(**given, scope=scope(user), household_id=key)
    snapshot, groups = selectors.economy(scope(user), fetched)
    facts = pl.read_parquet(county_out / "household_facts.parquet").filter(pl.col("household_id") == key)
    told = {figure.title: figure.value for rows in groups.values() for figure in rows}
    assert snapshot is not None
    assert told["月人均核定收入"] == round(facts["月人均核定收入"][0], 2)
    assert (fetched.kind, fetched.division_code) == ("demand", code)
    people = set(members.filter(pl.col("household_id") == key)["person_id"])
    assert set(Person.objects.within(ALL).values_list("person_id", flat=True)) == people
    again = services.household_fetch(**given, scope=scope(user), household_id=key)
    assert again.pk == fetched.pk
    with pytest.raises(ServiceError) as caught:
        services.household_fetch(**given, scope=scope(cast["禾丰.县经办"]), household_id=key)
    assert caught.value.code == "not_in_register"
