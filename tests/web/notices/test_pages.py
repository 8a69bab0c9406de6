"""铃铛、通知、公告各页，和谁打不开。"""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.web.cast import every, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.notices import selectors
from jiuzhu.web.notices.audience import Audience
from jiuzhu.web.notices.models import Notice, Receipt
from jiuzhu.web.notices.services import notice_send

LIST, NEW, ANNOUNCEMENTS = (
    reverse("notices:list"),
    reverse("notices:announcement_new"),
    reverse("notices:announcements"),
)
PUBLISHED = {"title": "月底前完成摸底", "body": "各村请在月底前报完。", "area": "429998101", "role": "village_worker"}


def tell(*users: User, **more: object) -> Notice:
    """发一则给这些人。"""
    to = Audience.people([user.pk for user in users])
    notice = notice_send(
        **{"title": "一项任务明天到期", "kind": "task", "to": to, "actor": Actor.system("催办"), **more}
    )
    assert notice is not None
    return notice


@pytest.fixture
def leader(cast: dict[str, User]) -> User:
    """青禾县领导。"""
    return cast["青禾.领导"]


@pytest.fixture
def desk(leader: User) -> Client:
    """领导的浏览器。"""
    return signed_in(leader)


@pytest.fixture
def publisher(cast: dict[str, User]) -> Client:
    """县经办的浏览器。"""
    return signed_in(cast["青禾.县经办"])


def publish(client: Client, **changes: object) -> object:
    """发一则公告。"""
    valid_to = timezone.localdate() + timedelta(days=9)
    return client.post(NEW, {**PUBLISHED, "valid_to": valid_to.isoformat(), **changes})


def test_没有通知时说明这是什么_铃铛上没有数(desk: Client) -> None:
    page = desk.get(LIST).content.decode()
    assert "还没有通知" in page
    assert 'class="count"' not in page
    assert f'href="{LIST}"' in page


def test_铃铛写着几条没看_过期与看过的不算(desk: Client, leader: User, cast: dict[str, User]) -> None:
    tell(leader)
    tell(leader)
    tell(leader, expires_at=timezone.now() - timedelta(minutes=1))
    tell(cast["青禾.监督"])
    page = desk.get(LIST).content.decode()
    assert 'aria-label="通知，2 条没看"' in page
    assert page.count('class="fresh"') == 2


def test_铃铛只查一次(leader: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    tell(leader)
    scope = leader.posts.get().scope()
    with django_assert_num_queries(1):
        assert selectors.unread_count(scope) == 1


def test_没看的在前_新的在前(desk: Client, leader: User) -> None:
    now = timezone.now()
    tell(leader, title="最早的", now=now - timedelta(hours=3))
    tell(leader, title="看过的", now=now - timedelta(hours=1))
    tell(leader, title="中间的", now=now - timedelta(hours=2))
    desk.post(reverse("notices:read", args=[every(Notice).get(title="看过的").pk]))
    page = desk.get(LIST).content.decode()
    assert page.index("中间的") < page.index("最早的") < page.index("看过的")


def test_去看_转到那一页并标为看过(desk: Client, leader: User) -> None:
    notice = tell(leader, link="/monitoring/warnings/?band=red")
    answer = desk.post(reverse("notices:open", args=[notice.pk]))
    assert (answer.status_code, answer["Location"]) == (302, "/monitoring/warnings/?band=red")
    assert every(Receipt).get().read_at is not None


def test_全部标为看过_别人的不动(desk: Client, leader: User, cast: dict[str, User]) -> None:
    tell(leader, cast["青禾.监督"])
    tell(leader)
    page = desk.post(reverse("notices:read_all"), follow=True).content.decode()
    assert "已把 2 条标为看过" in page
    assert every(Receipt).filter(read_at=None).count() == 1


@pytest.mark.parametrize("name", ["notices:open", "notices:read"])
def test_别人的通知打不开(desk: Client, cast: dict[str, User], name: str) -> None:
    notice = tell(cast["禾丰.领导"])
    assert desk.post(reverse(name, args=[notice.pk])).status_code == 404
    assert every(Receipt).get().read_at is None


def test_没有岗位的人各页都打不开(stranger: User) -> None:
    client = signed_in(stranger)
    some = UUID(int=1)
    for url in (LIST, NEW, ANNOUNCEMENTS):
        assert client.get(url).status_code == 403
    for url in (
        reverse("notices:read_all"),
        reverse("notices:open", args=[some]),
        reverse("notices:read", args=[some]),
    ):
        assert client.post(url).status_code == 403


def test_没有发布权限的人发不了也撤不了(cast: dict[str, User]) -> None:
    client = signed_in(cast["青禾.镇窗口"])
    assert client.get(ANNOUNCEMENTS).status_code == 403
    assert publish(client).status_code == 403
    assert client.post(reverse("notices:withdraw", args=[UUID(int=1)]), {"reason": "试"}).status_code == 403
    assert not every(Notice).exists()


def test_发公告_那里的那个岗位收到(publisher: Client, cast: dict[str, User]) -> None:
    assert publish(publisher).status_code == 302
    notice = every(Notice).get()
    assert (notice.audience, notice.recipients) == ("麦岭镇村协理员", 1)
    assert notice.last_day == timezone.localdate() + timedelta(days=9)
    assert "月底前完成摸底" in signed_in(cast["青禾.村协理员"]).get(LIST).content.decode()
    assert "月底前完成摸底" not in signed_in(cast["青禾二.村协理员"]).get(LIST).content.decode()
    assert "月底前完成摸底" in publisher.get(ANNOUNCEMENTS).content.decode()
    assert Entry.objects.filter(action="notices.announcement_publish").count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"area": "429997"}, "选择一个有效的选项"),
        ({"title": ""}, "请写标题"),
        ({"body": "联系 13812345678"}, "公告人人可见"),
        ({"valid_to": "2020-01-01"}, "有效期要在今天到 180 天之内"),
        ({"area": "429998103", "role": "leader"}, "没有在岗的这类人员"),
    ],
)
def test_写得不对说清楚_没有发出(publisher: Client, changes: dict[str, str], said: str) -> None:
    answer = publish(publisher, **changes)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not every(Notice).exists()


def test_撤回须写原因_撤回后谁也看不到(publisher: Client, cast: dict[str, User]) -> None:
    publish(publisher)
    url = reverse("notices:withdraw", args=[every(Notice).get().pk])
    assert "请写明为什么撤回" in publisher.post(url, {"reason": ""}, follow=True).content.decode()
    assert "已撤回" in publisher.post(url, {"reason": "日期写错了"}, follow=True).content.decode()
    page = signed_in(cast["青禾.村协理员"]).get(LIST).content.decode()
    assert "月底前完成摸底" not in page
    assert "一则公告已由青禾县经办撤回" in page
    assert 'class="count"' not in page
    assert Entry.objects.get(action="notices.announcement_withdraw").reason == "日期写错了"
    assert publisher.post(url, {"reason": "再撤"}).status_code == 409


def test_别人发的公告撤不了(publisher: Client, cast: dict[str, User]) -> None:
    publish(publisher, area="429998", role="")
    other = signed_in(cast["青禾.系统管理员"])
    answer = other.post(reverse("notices:withdraw", args=[every(Notice).get().pk]), {"reason": "试"})
    assert answer.status_code == 403
    assert every(Notice).get().withdrawn_at is None


def test_名单的查询次数与条数无关(desk: Client, leader: User) -> None:
    desk.get(LIST)  # 会话、各种缓存先备好
    counts = []
    for more in (1, 30):
        for _ in range(more):
            tell(leader)
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(LIST).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
