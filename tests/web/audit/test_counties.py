"""两个县同用一套平台：审计管理员只看本县的，和不属于哪个县的平台动作。"""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.web.cast import COUNTY, PASSWORD, PLACES, every, signed_in

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.services.locks import sign_in_failed
from jiuzhu.web.audit import selectors
from jiuzhu.web.audit.actions import actions, platform_actions
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.audit.services import Change, Subject, record, record_many, seal_make
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.monitoring.services import run_execute

from .conftest import TASK

NEIGHBOUR = "429997000000"
CITY = "4299"
PEOPLE = {
    "青禾": Actor(1, "青禾的人", post="县经办", division_code=COUNTY),
    "青禾麦岭": Actor(2, "麦岭的人", post="镇窗口", division_code="429998101000"),
    "青禾上湾": Actor(3, "上湾的人", post="村协理员", division_code="429998101200"),
    "青禾监测": Actor.system("监测", division_code=COUNTY),
    "禾丰": Actor(4, "禾丰的人", post="县经办", division_code=NEIGHBOUR),
    "禾丰监测": Actor.system("监测", division_code=NEIGHBOUR),
    "不知哪里": Actor.system("某事"),
    "封条": Actor.system("封条"),
}
SEEN = {
    "429998": {"青禾", "青禾麦岭", "青禾上湾", "青禾监测", "封条"},
    "429998101": {"青禾麦岭", "青禾上湾", "封条"},
    "429997": {"禾丰", "禾丰监测", "封条"},
    "429996": {"封条"},
    CITY: set(PEOPLE) - {"不知哪里"},
    "": set(),
}


@pytest.fixture
def told(db: None) -> dict[str, Entry]:
    """各人各记一条。"""
    with transaction.atomic():
        return {
            name: record(
                actor=actor,
                action="audit.seal_make" if name == "封条" else "registry.file_read",
                subject=Subject("registry.household", "H1", name),
            )
            for name, actor in PEOPLE.items()
        }


@pytest.fixture
def auditors(cast: dict[str, User]) -> dict[str, Client]:
    """两个县的审计管理员，各用各的浏览器。"""
    return {where: signed_in(cast[f"{where}.审计管理员"]) for where in ("青禾", "禾丰")}


@pytest.mark.parametrize("area", list(SEEN))
def test_看得到哪些(told: dict[str, Entry], area: str) -> None:
    page = selectors.one_page({}, None, area=area)
    assert {row.subject_label for row in page.rows} == SEEN[area]
    assert page.count == len(SEEN[area])
    assert {row.subject_label for row in selectors.entries_of("registry.household", "H1", area=area)} == SEEN[area]
    for name, made in told.items():
        entry = Entry.objects.get(pk=made.pk)
        assert selectors.is_visible(entry, area=area) == (name in SEEN[area])
        assert (selectors.entry_at(made.lane, made.seq, area=area) is not None) == (name in SEEN[area])


def test_平台的动作都有中文名_不含查看与办理(db: None) -> None:
    assert set(platform_actions()) <= set(actions())
    assert not {code for code in platform_actions() if code.startswith(("registry.", "monitoring."))}
    assert "process.task_complete" not in platform_actions()


def test_名单与导出只有本县的(told: dict[str, Entry], auditors: dict[str, Client]) -> None:
    for where, other in (("青禾", "禾丰"), ("禾丰", "青禾")):
        page = auditors[where].get(reverse("audit:entries")).content.decode()
        assert f"{where}的人" in page
        assert f"{other}的人" not in page
        assert f"{other}监测" not in page
        answer = auditors[where].get(reverse("audit:entries_export", args=["csv"]), {"key": "H1"})
        rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert {row["对象"] for row in rows} == SEEN[PLACES[where][0]]
        made = Entry.objects.filter(action="audit.entries_export").latest("at")
        assert made.division_code == PLACES[where][0] + "000000"
        assert json.loads(made.body)["after"]["rows"] == len(rows)


def test_别处的一条_如同没有(told: dict[str, Entry], auditors: dict[str, Client]) -> None:
    for name, made in told.items():
        for page in ("audit:entry", "audit:entry_check"):
            answer = auditors["青禾"].get(reverse(page, args=[made.lane, made.seq]))
            assert answer.status_code == (200 if name in SEEN["429998"] else 404), name


def test_链上挨着的是别处的_只说有(auditors: dict[str, Client]) -> None:
    with transaction.atomic():
        made = [
            record(actor=PEOPLE[name], action="registry.file_read", subject=TASK) for name in ("禾丰", "青禾", "禾丰")
        ]
    page = auditors["青禾"].get(reverse("audit:entry", args=[made[1].lane, made[1].seq])).content.decode()
    assert page.count("别处的记录，不在您的片区") == 2
    assert reverse("audit:entry", args=[made[0].lane, made[0].seq]) not in page
    check = auditors["青禾"].get(reverse("audit:entry_check", args=[made[1].lane, made[1].seq])).content.decode()
    assert "没有改动" in check


def test_封条与核验_哪里的都看得到(auditors: dict[str, Client]) -> None:
    seal = seal_make()
    for client in auditors.values():
        assert client.get(reverse("audit:seals")).context["page"].paginator.count == 1
        assert client.get(reverse("audit:seal_file", args=[seal.day.isoformat()])).status_code == 200


def test_按名字筛_不被邻县的同姓挤掉(told: dict[str, Entry], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "MOST_NAMES", 1)
    assert [row.subject_label for row in selectors.entries({"who": "的人"}, area="429997")] == ["禾丰"]
    assert not selectors.entries({"who": "青禾的人"}, area="429997").exists()
    assert [row.subject_label for row in selectors.entries({"who": "（封条）"}, area="429997")] == ["封条"]


def test_工作台只数本县的(told: dict[str, Entry], cast: dict[str, User]) -> None:
    for where in ("青禾", "禾丰"):
        client = signed_in(cast[f"{where}.审计管理员"])
        panels = client.get("/", follow=True).context["panels"]
        panel = next(content for each, content in panels if each.name == "audit")
        rows = selectors.entries({"since": timezone.localdate()}, area=PLACES[where][0])
        assert panel["today"] == rows.count() < Entry.objects.count()


def test_登录_登录失败_记在账号所在的县(cast: dict[str, User], client: Client) -> None:
    officer, adrift = cast["禾丰.县经办"], cast["没有岗位"]
    for username in (officer.username, adrift.username, "没有这个人"):
        client.post(reverse("account_login"), {"login": username, "password": "wrong"})
    failed = Entry.objects.filter(action="access.sign_in_failed").order_by("at").values_list("division_code", flat=True)
    assert list(failed) == [NEIGHBOUR, "", ""]
    client.post(reverse("account_login"), {"login": officer.username, "password": PASSWORD})
    assert Entry.objects.get(action="access.sign_in").division_code == NEIGHBOUR
    adrift.division_code = COUNTY
    adrift.save()
    with transaction.atomic():
        sign_in_failed(username=adrift.username, actor=Actor(None, "未登录"))
    assert Entry.objects.filter(action="access.sign_in_failed").latest("at").division_code == COUNTY


def test_没有岗位而有归属的_记在归属地(cast: dict[str, User]) -> None:
    user = cast["没有岗位"]
    user.division_code = NEIGHBOUR
    user.save()
    signed_in(user).post(reverse("account_logout"))
    assert Entry.objects.get(action="access.sign_out").division_code == NEIGHBOUR


def test_换到别县的岗位_此后记在那里(cast: dict[str, User]) -> None:
    user = cast["青禾.县经办"]
    there = cast["禾丰.县经办"].posts.get()
    post = Post.objects.create(
        user=user, role=there.role, organisation=there.organisation, division_code=there.division_code
    )
    client = signed_in(user)
    client.post(reverse("access:post_switch"), {"post": post.pk})
    assert Entry.objects.get(action="access.post_switch").division_code == NEIGHBOUR


def test_命令行开的账号_记在岗位所在的县(cast: dict[str, User]) -> None:
    organisation = cast["禾丰.县经办"].posts.get().organisation
    call_command("jiuzhu_account", "xinren", role="county_officer", organisation=organisation.code)
    call_command("jiuzhu_account", "xinren", reset=True)
    made = Entry.objects.filter(subject_label="xinren")
    assert set(made.values_list("action", flat=True)) == {
        "access.account_create",
        "access.post_grant",
        "access.password_reset",
    }
    assert {entry.division_code for entry in made} == {NEIGHBOUR}


def test_归属地只在没有时补上() -> None:
    assert Actor.system("定时").at(COUNTY).division_code == COUNTY
    assert PEOPLE["禾丰"].at(COUNTY) is PEOPLE["禾丰"]
    assert Actor.system("定时", division_code=NEIGHBOUR).at(COUNTY).division_code == NEIGHBOUR


def test_多了也沿索引取_不读全表(db: None) -> None:
    """两县各一万条、小县一条：多的沿时间走，少的沿归属地取，都不读全表。"""
    for number in range(8):
        actor = replace(PEOPLE["青禾"], division_code=(COUNTY, NEIGHBOUR)[number % 2])
        changes = [Change(Subject("registry.household", str(n))) for n in range(2500)]
        with transaction.atomic():
            record_many(actor=actor, action="registry.file_read", changes=changes)
    with transaction.atomic():
        record(actor=replace(PEOPLE["青禾"], division_code="429996000000"), action="registry.file_read", subject=TASK)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE audit_entry")
    place = selectors.Place(timezone.now(), 0, 0)
    for area, index in (("429998", "audit_entry_at"), ("429996", "audit_entry_division")):
        plan = selectors.page_rows(selectors.entries({}, area=area), place).explain()
        assert index in plan, plan
        assert "Seq Scan" not in plan, plan


def test_监测没有算成_记在那个县(db: None, tmp_path: Path) -> None:
    with Scope.everything().applied():
        run = every(Run).create(
            number=1, division_code=NEIGHBOUR, status=Run.Status.QUEUED, folder=str(tmp_path), out_dir=str(tmp_path)
        )
        run_execute(run_id=run.pk)
    assert Entry.objects.get(action="monitoring.run_fail").division_code == NEIGHBOUR
