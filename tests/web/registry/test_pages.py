"""各页：看得到的内容、没有明文、看不到的 404、没有权限的 403、查询次数。"""

import re
import uuid
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.cast import signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.services import definitions_publish
from jiuzhu.web.registry import services
from jiuzhu.web.registry.models import Household, Person, PersonMerge, Report, Visit

from .acting import actor
from .county import ACCOUNT, PHONE, QINGHE, ZHANG, County

ALL = Scope.everything()
ZHANG_HOME, ZHANG_PERSON = "HZHANG22222222222", "PZHANGSANFENG2222"
OUYANG_HOME, OUYANG_PERSON = "HOUYANG2222222222", "POUYANGFENG222222"
PLAIN = ("张三丰", "张无忌", "李莫愁", ZHANG, PHONE, ACCOUNT, "3组12号")
TABS = ("members", "economy", "classes", "chain", "papers", "visits")
Home = Callable[[str], Household]
Who = Callable[[str], Person]


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    """频率从头算。"""
    cache.clear()


def page(user: User, name: str, /, *args: object, status: int = 200, **query: object) -> str:
    """打开一页。"""
    answer = signed_in(user).get(reverse(f"registry:{name}", args=args), query)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def post(user: User, name: str, /, *args: object, **data: object) -> tuple[int, str]:
    """交一张表。"""
    answer = signed_in(user).post(reverse(f"registry:{name}", args=args), data)
    return answer.status_code, answer.content.decode()


def test_名单_县看全县_镇看本镇_遮着姓名(loaded: County, cast: dict[str, User]) -> None:
    text = page(cast["青禾.县经办"], "households")
    assert text.count("<tr data-row>") == 2
    assert "张**" in text
    assert not [word for word in PLAIN if word in text]
    assert page(cast["青禾二.镇窗口"], "households").count("<tr data-row>") == 1
    assert OUYANG_HOME in page(cast["禾丰.县经办"], "households")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"class": "dibao"}, 1),
        ({"band": "red"}, 1),
        ({"kind": "monitored"}, 1),
        ({"place": "429998103"}, 1),
        ({"place": "429998101200"}, 1),
        ({"place": "429997101"}, 2),
        ({"class": "tekun"}, 0),
        ({"since": "2026-01-01"}, 2),
        ({"since": "不是日期"}, 2),
        ({"sort": "-score"}, 2),
        ({"sort": "x' OR 1=1"}, 2),
        ({"page": "999"}, 2),
    ],
)
def test_名单的条件(loaded: County, cast: dict[str, User], query: dict[str, str], count: int) -> None:
    assert page(cast["青禾.县经办"], "households", **query).count("<tr data-row>") == count


def test_局部刷新只给名单(loaded: County, cast: dict[str, User]) -> None:
    url = reverse("registry:households")
    text = signed_in(cast["青禾.县经办"]).get(url, headers={"HX-Request": "true"}).content.decode()
    assert text.lstrip().startswith('<div id="list"')


def test_空名单说明该做什么(cast: dict[str, User]) -> None:
    assert "完成一次监测后" in page(cast["青禾.县经办"], "households")


@pytest.mark.parametrize("tab", TABS)
def test_一户一档各栏_没有明文_编号与英文不露(loaded: County, cast: dict[str, User], tab: str) -> None:
    text = page(cast["青禾.县经办"], "household", ZHANG_HOME, tab=tab)
    assert not [word for word in PLAIN if word in text]
    shown = re.sub(r"<[^>]+>", " ", text)
    assert not re.search(r"\bNone\b|\bdibao\b|\bclass_in\b|\d{4}-\d{2}-\d{2}", shown)


def test_看档记审计(loaded: County, cast: dict[str, User]) -> None:
    page(cast["青禾.县经办"], "household", ZHANG_HOME)
    page(cast["青禾.县经办"], "household", ZHANG_HOME, tab="chain")
    entry = Entry.objects.get(action="registry.file_read")
    assert (entry.subject_key, entry.actor_id) == (ZHANG_HOME, cast["青禾.县经办"].pk)


def test_一户的查询次数不随成员增加(loaded: County, cast: dict[str, User]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            page(cast["青禾.县经办"], "household", ZHANG_HOME)
        return len(caught)

    queries()
    few = queries()
    for at in range(8):
        loaded.person(f"PZHANGCHILD{at}22222", ZHANG_HOME, f"张小{at}", id_number=None)
    loaded.load(2)
    assert queries() <= few


def test_名单的查询次数不随行数增加(loaded: County, cast: dict[str, User]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            page(cast["青禾.县经办"], "households")
        return len(caught)

    queries()
    few = queries()
    for at in range(20):
        loaded.person(f"PNEW{at:02}22222222222", f"HNEW{at:02}22222222222", "赵六", relation="户主")
        loaded.listed(f"PNEW{at:02}22222222222", "dibao")
    loaded.load(2)
    assert queries() <= few


OUTSIDE = [
    ("household", OUYANG_HOME),
    ("household_print", OUYANG_HOME),
    ("visit_new", OUYANG_HOME),
    ("person_correct", OUYANG_PERSON),
    ("merge_new", OUYANG_PERSON),
    ("split_new", OUYANG_PERSON),
]


@pytest.mark.parametrize(("name", "key"), OUTSIDE)
def test_别县的_与没有一样(loaded: County, cast: dict[str, User], name: str, key: str) -> None:
    assert "欧阳" not in page(cast["青禾.县经办"], name, key, status=404)
    page(cast["青禾.县经办"], name, key[0] + "A" * 16, status=404)


def test_别县的明文看不到(loaded: County, cast: dict[str, User]) -> None:
    page(cast["青禾.县经办"], "person_unmask", OUYANG_PERSON, "id_number", status=404)
    page(cast["青禾.县经办"], "person_unmask", ZHANG_PERSON, "relation", status=404)


DENIED = [
    ("households", (), "青禾.系统管理员"),
    ("households", (), "青禾.审计管理员"),
    ("households", (), "没有岗位"),
    ("household", (ZHANG_HOME,), "青禾.安全管理员"),
    ("household_print", (ZHANG_HOME,), "青禾.资金"),
    ("households_export", (), "青禾.镇窗口"),
    ("visit_new", (ZHANG_HOME,), "青禾.领导"),
    ("person_unmask", (ZHANG_PERSON, "id_number"), "青禾.村协理员"),
    ("person_correct", (ZHANG_PERSON,), "青禾.村协理员"),
    ("merge_new", (ZHANG_PERSON,), "青禾.镇窗口"),
    ("split_new", (ZHANG_PERSON,), "青禾.镇窗口"),
    ("merges", (), "青禾.镇窗口"),
    ("merge", (1,), "青禾.镇窗口"),
    ("reports", (), "青禾.领导"),
    ("report_new", (), "青禾.领导"),
    ("report", (1,), "青禾.县确认人"),
]


@pytest.mark.parametrize(("name", "args", "who_asks"), DENIED)
def test_没有权限的不给看(
    loaded: County, cast: dict[str, User], name: str, args: tuple[object, ...], who_asks: str
) -> None:
    page(cast[who_asks], name, *args, status=403)


@pytest.mark.parametrize("name", ["merge_confirm", "merge_drop", "merge_undo", "report_open"])
def test_没有权限的不给办(loaded: County, cast: dict[str, User], name: str) -> None:
    assert post(cast["青禾.领导"], name, 1)[0] == 403
    page(cast["青禾.县经办"], name, 1, status=405)


def test_查看明文_先问后给(loaded: County, cast: dict[str, User]) -> None:
    asks = cast["青禾.县经办"]
    assert ZHANG not in page(asks, "person_unmask", ZHANG_PERSON, "id_number")
    status, text = post(asks, "person_unmask", ZHANG_PERSON, "id_number", reason="看", task="无对应事项")
    assert (status, ZHANG in text) == (400, False)
    status, text = post(asks, "person_unmask", ZHANG_PERSON, "id_number", reason="办理低保复核", task="我编的事项")
    assert (status, ZHANG in text) == (400, False)
    status, text = post(asks, "person_unmask", ZHANG_PERSON, "id_number", reason="办理低保复核", task="无对应事项")
    assert (status, ZHANG in text) == (200, True)
    assert Entry.objects.filter(action="registry.unmask").count() == 1


def test_登记走访_回到走访栏(loaded: County, cast: dict[str, User]) -> None:
    worker = cast["青禾.村协理员"]
    status, _ = post(worker, "visit_new", ZHANG_HOME, text="灶房漏雨", at="2026-10-01T09:30", place="")
    assert (status, Visit.objects.within(ALL).get().text) == (302, "灶房漏雨")
    status, text = post(worker, "visit_new", ZHANG_HOME, text="", at="")
    assert (status, "请写下看到的情况。" in text) == (400, True)
    assert "灶房漏雨" in page(worker, "household", ZHANG_HOME, tab="visits")


def test_更正_改对了回档案_改错了留在原页(loaded: County, cast: dict[str, User], who: Who) -> None:
    status, text = post(
        cast["青禾.镇窗口"], "person_correct", ZHANG_PERSON, field="phone", value="123", reason="本人来电"
    )
    assert (status, "电话不对" in text) == (400, True)
    status, _ = post(cast["青禾.镇窗口"], "person_correct", ZHANG_PERSON, field="sex", value="女", reason="户口簿原件")
    assert (status, who("张三丰").sex) == (302, "女")


def filled(**changes: object) -> dict[str, object]:
    """村协理员填好的一张。"""
    return {
        "form_key": str(uuid.uuid4()),
        "name": "王二",
        "division_code": QINGHE,
        "needs": ["illness", "alone"],
        "words": "中风在床，老伴去年走了。",
        "phone": "13812345678",
    } | changes


def test_上报_走到我报的(loaded: County, cast: dict[str, User]) -> None:
    definitions_publish(actor=actor(cast["青禾.系统管理员"]))
    worker = cast["青禾.村协理员"]
    assert 'name="form_key"' in page(worker, "report_new")
    status, _ = post(worker, "report_new", **filled(urgent="on"))
    report = Report.objects.within(ALL).get()
    assert (status, report.urgent, report.needs) == (302, True, ["illness", "alone"])
    listing = page(worker, "reports")
    assert "王*" in listing
    assert "上门核实" in listing
    text = page(worker, "report", report.pk)
    assert "138****5678" in text
    assert "13812345678" not in text
    assert "中风在床" in text


def test_上报_没填好_写的还在(loaded: County, cast: dict[str, User]) -> None:
    status, text = post(cast["青禾.村协理员"], "report_new", **filled(needs=[], name=""))
    assert status == 400
    assert "请至少选一样困难。" in text
    assert "中风在床" in text


def test_上报_号码填错_在那一栏说_没有报上去(loaded: County, cast: dict[str, User]) -> None:
    status, text = post(cast["青禾.村协理员"], "report_new", **filled(phone="123", id_number="42999819900101123X"))
    assert status == 400
    assert "没有报上去" in text
    assert "身份证号不对" in text
    assert "电话不对" in text
    assert "没有改动" not in text
    assert not Report.objects.within(ALL).exists()


def test_上报_镇调查从待办看得到报的是什么_紧急写在事由里(loaded: County, cast: dict[str, User]) -> None:
    definitions_publish(actor=actor(cast["青禾.系统管理员"]))
    post(cast["青禾.村协理员"], "report_new", **filled(urgent="on"))
    report = Report.objects.within(ALL).get()
    task = Task.objects.within(ALL).get()
    inbox = signed_in(cast["青禾.镇调查"]).get(reverse("process:inbox")).content.decode()
    assert "（紧急）" in inbox
    shown = signed_in(cast["青禾.镇调查"]).get(reverse("process:task", args=[task.pk])).content.decode()
    assert reverse("registry:report", args=[report.pk]) in shown
    reviewer = signed_in(cast["青禾.镇审核负责人"]).get(reverse("process:task", args=[task.pk])).content.decode()
    assert reverse("registry:report", args=[report.pk]) not in reviewer


def test_上报_别镇的看不到(loaded: County, cast: dict[str, User]) -> None:
    post(cast["青禾.村协理员"], "report_new", **filled())
    report = Report.objects.within(ALL).get()
    page(cast["青禾二.镇窗口"], "report", report.pk, status=404)
    assert "王*" not in page(cast["青禾二.镇窗口"], "reports", tab="area")
    assert "王*" in page(cast["青禾.镇窗口"], "reports", tab="area")


def test_流程发布之前报的_可以后来交办(loaded: County, cast: dict[str, User]) -> None:
    worker = cast["青禾.村协理员"]
    post(worker, "report_new", **filled())
    report = Report.objects.within(ALL).get()
    assert "待交办" in page(worker, "reports")
    assert post(worker, "report_open", report.pk)[0] == 409
    definitions_publish(actor=actor(cast["青禾.系统管理员"]))
    assert post(worker, "report_open", report.pk)[0] == 302
    assert "上门核实" in page(worker, "reports")


def test_合并从提出到撤销(loaded: County, cast: dict[str, User], who: Who) -> None:
    one, two = cast["青禾.县经办"], cast["青禾.县监测员"]
    loaded.person(
        "PZHANGSANFENG3333", "HZHANG33333333333", "张三丰", relation="户主", birth_date=who("张三丰").birth_date
    )
    loaded.listed("PZHANGSANFENG3333", "fangfanpin")
    loaded.load(2)
    assert "PZHANGSANFENG3333" in page(one, "merge_new", ZHANG_PERSON)
    status, _ = post(one, "merge_new", ZHANG_PERSON, other="PZHANGSANFENG3333", reason="身份证原件相符")
    merge = PersonMerge.objects.within(ALL).get()
    assert status == 302
    assert "须由另一人确认" in page(one, "merge", merge.pk)
    assert post(one, "merge_confirm", merge.pk)[0] == 403
    services.merge_confirm(merge=merge, actor=actor(two))
    assert "已生效" in page(one, "merges", tab="all")
    assert post(one, "merge_undo", merge.pk, reason="其实是两个人")[0] == 302
    merge.refresh_from_db()
    assert merge.state == "undone"


def test_合并_知道是谁就写人编号_写错的说清楚(loaded: County, cast: dict[str, User]) -> None:
    one = cast["青禾.县经办"]
    assert "PZHANGWUJI2222222" in page(one, "household", "HZHANG22222222222")
    status, body = post(one, "merge_new", ZHANG_PERSON, typed="POUYANGFENG222222", reason="身份证原件相符")
    assert status == 400
    assert "没有找到人编号“POUYANGFENG222222”" in body
    assert "身份证原件相符" in body
    assert post(one, "merge_new", ZHANG_PERSON, typed=" pzhangwuji2222222 ", reason="身份证原件相符")[0] == 302
    assert "两边的姓名、出生日期不同。" in page(one, "merge", PersonMerge.objects.within(ALL).get().pk)


def test_拆分要选类别(loaded: County, cast: dict[str, User]) -> None:
    one = cast["青禾.县经办"]
    assert "低保" in page(one, "split_new", ZHANG_PERSON)
    assert post(one, "split_new", ZHANG_PERSON, new_name="张君宝", reason="同村同名")[0] == 400
    assert post(one, "split_new", ZHANG_PERSON, codes=["dibao"], new_name="张君宝", reason="同村同名")[0] == 302
    assert "没有可拆的" in page(one, "split_new", "PZHANGWUJI2222222")


def test_打印与导出_遮着_记审计(loaded: County, cast: dict[str, User]) -> None:
    one = signed_in(cast["青禾.县经办"])
    printed = one.get(reverse("registry:household_print", args=[ZHANG_HOME]))
    assert (printed.status_code, printed.content[:5]) == (200, b"%PDF-")
    sheet = one.get(reverse("registry:households_export"), {"class": "dibao"})
    assert (sheet.status_code, sheet.content[:2]) == (200, b"PK")
    assert ZHANG.encode() not in printed.content + sheet.content
    actions = set(Entry.objects.values_list("action", flat=True))
    assert {"registry.file_print", "registry.households_export"} <= actions
