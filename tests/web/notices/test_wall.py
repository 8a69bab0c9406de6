"""第二道墙：网页的数据库角色之下，收件只有本人看得到；写给别人照样写得成。"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from tests.web.cast import every

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopeMissing
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.notices.audience import Audience
from jiuzhu.web.notices.models import Notice, Receipt
from jiuzhu.web.notices.services import notice_send, notices_clean


@contextmanager
def walled(scope: Scope) -> Iterator[None]:
    """以 ``jiuzhu_web`` 的身份、在这个范围之内。"""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE jiuzhu_web")
    try:
        with scope.applied():
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


def seen(table: str) -> int:
    """绕开程序，直接用 SQL 数。"""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


@pytest.fixture
def sent(cast: dict[str, User], actor: Actor) -> Notice:
    """青禾县经办以网页身份发给本县领导和监督。"""
    with walled(cast["青禾.县经办"].posts.get().scope()):
        to = Audience.people([cast["青禾.领导"].pk, cast["青禾.监督"].pk])
        notice = notice_send(title="请看", kind="system", to=to, actor=actor)
    assert notice is not None
    return notice


@pytest.mark.parametrize(
    ("who", "receipts", "notices"),
    [("青禾.领导", 1, 1), ("青禾.监督", 1, 1), ("青禾.县经办", 0, 1), ("青禾.审计管理员", 0, 0), ("禾丰.领导", 0, 0)],
)
def test_直接用SQL也只看得到自己的(sent: Notice, cast: dict[str, User], who: str, receipts: int, notices: int) -> None:
    with walled(cast[who].posts.get().scope()):
        assert seen("notices_receipt") == receipts
        assert seen("notices_notice") == notices


def test_没有范围什么也看不到(sent: Notice) -> None:
    with walled(Scope.nothing()):
        assert seen("notices_receipt") == seen("notices_notice") == 0


def test_系统发给别人_后台清理_都过得了墙(cast: dict[str, User]) -> None:
    with walled(cast["青禾.县经办"].posts.get().scope()):
        to = Audience.people([cast["青禾.领导"].pk])
        assert notice_send(title="甲", kind="system", to=to, actor=Actor.system("催办"), key="甲") is not None
        assert notice_send(title="甲", kind="system", to=to, actor=Actor.system("催办"), key="甲") is None
    with walled(Scope.everything()):
        assert (seen("notices_notice"), seen("notices_receipt")) == (1, 0)
        assert notices_clean(now=timezone.now() + timedelta(days=211)) == 1
    assert not every(Receipt).exists()


def test_忘了范围就报错(sent: Notice) -> None:
    with pytest.raises(ScopeMissing):
        Receipt.objects.count()
    with pytest.raises(ScopeMissing):
        list(Notice.objects.all())
