"""发通知：发给谁、不重发、链接与号码、审计、清理。"""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.web.cast import every

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.notices.audience import Audience
from jiuzhu.web.notices.models import Notice, Receipt
from jiuzhu.web.notices.services import notice_send, notices_clean

SYSTEM = Actor.system("催办")


def names(audience: Audience) -> set[str]:
    """一批收件人的名字。"""
    return set(User.objects.filter(pk__in=audience.user_ids()).values_list("display_name", flat=True))


def send(to: Audience, **more: object) -> Notice | None:
    """发一则最简单的。"""
    return notice_send(**{"title": "有一项任务快到期", "kind": "task", "to": to, "actor": SYSTEM, **more})


def test_某单位的某角色(cast: dict[str, User]) -> None:
    station = cast["青禾.镇审核负责人"].posts.get().organisation
    audience = Audience.holders("town_reviewer", organisation_id=station.pk)
    assert names(audience) == {"青禾镇审核负责人"}
    assert audience.title == "麦岭镇社会事务办镇审核负责人"


def test_片区恰为某镇的某角色_邻镇与村里的不算(cast: dict[str, User]) -> None:
    assert names(Audience.holders("town_window", area="429998103")) == {"青禾二镇窗口"}
    assert names(Audience.holders("village_worker", area="429998101")) == set()


def test_一个单位的全部人员(cast: dict[str, User]) -> None:
    station = cast["青禾二.镇窗口"].posts.get().organisation
    assert names(Audience.organisation(station.pk)) == {"青禾二镇窗口", "青禾二镇调查", "青禾二镇审核负责人"}


def test_一片地方之内_邻县不算(cast: dict[str, User]) -> None:
    assert names(Audience.within("429998", role="village_worker")) == {"青禾村协理员", "青禾二村协理员"}
    everyone = names(Audience.within("429998"))
    assert "青禾系统管理员" in everyone
    assert not {name for name in everyone if name.startswith("禾丰")}
    assert "没有岗位" not in names(Audience.everyone())


def test_停用的账号_收回的岗位都不再收(cast: dict[str, User]) -> None:
    User.objects.filter(display_name="青禾领导").update(is_active=False)
    Post.objects.filter(user__display_name="青禾监督").update(valid_to=timezone.localdate())
    assert not {"青禾领导", "青禾监督"} & names(Audience.within("429998"))


def test_合在一起一个人只收一份(cast: dict[str, User]) -> None:
    both = Audience.people([cast["青禾.领导"].pk]) | Audience.holders("leader", area="429998")
    notice = send(both)
    assert notice is not None
    assert notice.recipients == every(Receipt).count() == 1


def test_相同的键只发一次(cast: dict[str, User]) -> None:
    to = Audience.people([cast["青禾.领导"].pk])
    assert send(to, key="process.task:7:reminded") is not None
    assert send(to, key="process.task:7:reminded") is None
    assert send(to, key="process.task:7:supervised") is not None
    assert (every(Notice).count(), every(Receipt).count()) == (2, 2)


def test_没有收件人就不发也不占键(cast: dict[str, User]) -> None:
    assert send(Audience.people([]), key="k") is None
    assert not every(Notice).exists()
    assert send(Audience.people([cast["青禾.领导"].pk]), key="k") is not None


@pytest.mark.parametrize(
    "link",
    ["https://example.com/", "//example.com/a", "monitoring/", "/nowhere/", "/\\example.com", "javascript:alert(1)",
     "/monitoring/?q=420101199001011234"],
)  # fmt: skip
def test_站外的没有的带号码的链接都不收(cast: dict[str, User], link: str) -> None:
    with pytest.raises(ServiceError, match="只能是本站已有的一页"):
        send(Audience.people([cast["青禾.领导"].pk]), link=link)
    assert not every(Notice).exists()


def test_本站的链接照收(cast: dict[str, User]) -> None:
    notice = send(Audience.people([cast["青禾.领导"].pk]), link="/monitoring/warnings/?band=red")
    assert notice is not None
    assert notice.link == "/monitoring/warnings/?band=red"


def test_标题正文里的号码先遮住(cast: dict[str, User]) -> None:
    notice = send(
        Audience.people([cast["青禾.领导"].pk]), title="13812345678 来电", body="证件号 420101199001011234 的一户"
    )
    assert notice is not None
    assert "13812345678" not in notice.title
    assert "19900101" not in notice.body


def test_发送进审计_写明发给谁几人(cast: dict[str, User], actor: Actor) -> None:
    notice = notice_send(
        title="请补材料", kind="task", to=Audience.within("429998", role="village_worker"), actor=actor
    )
    assert notice is not None
    entry = Entry.objects.get(action="notices.notice_send")
    assert (entry.subject_label, entry.actor_name) == ("请补材料", "青禾县经办")
    assert '"recipients":2' in entry.body
    assert "青禾县村协理员" in entry.body


def test_过期满一百八十天才清掉_连同收件(cast: dict[str, User]) -> None:
    to, now = Audience.people([cast["青禾.领导"].pk, cast["青禾.监督"].pk]), timezone.now()
    send(to, expires_at=now - timedelta(days=181))
    kept = send(to, expires_at=now - timedelta(days=179))
    assert notices_clean() == 1
    assert every(Notice).get() == kept
    assert every(Receipt).count() == 2
    assert Entry.objects.filter(action="notices.notices_clean").count() == 1
    assert notices_clean() == 0
