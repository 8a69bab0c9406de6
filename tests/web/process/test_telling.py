"""催办、督办、通报、指派、改派：相关的人收到通知，别人收不到。"""

from collections.abc import Callable
from datetime import timedelta

from tests.web.cast import every

from jiuzhu.web.notices.models import Notice, Receipt
from jiuzhu.web.process import services
from jiuzhu.web.process.models import Instance
from jiuzhu.web.process.workdays import BEIJING

from .conftest import Worker, at, open_nodes

Apply = Callable[..., Instance]


def told(title: str) -> set[str]:
    """谁收到了这一则。"""
    return {row.user.display_name for row in every(Receipt).filter(notice__title=title).select_related("user")}


def passed(when: str) -> None:
    """到了这一刻：到点的办完，再告诉各人。"""
    services.timers_fire(now=at(when))
    services.urging_tell(now=at(when))


def test_逐级催办_各告诉该知道的人(apply: Apply) -> None:
    task = open_nodes(apply("field_report", opened="2026-09-07 10:00"))["verify"]
    due = task.due_at.astimezone(BEIJING)
    for days in range(-1, 20):
        passed(f"{due + timedelta(days=days):%Y-%m-%d} 09:00")
    office = {f"青禾{task.role_title}", "青禾镇审核负责人"}
    assert told(f"催办：{task.title}") == office
    assert told(f"督办：{task.title}") == office | {"青禾县经办", "青禾监督"}
    assert told(f"通报：{task.title}") == office | {"青禾县经办", "青禾监督", "青禾领导"}
    assert not every(Receipt).filter(user__display_name__startswith="禾丰").exists()


def test_没有催办就没有通知_重跑不重发(apply: Apply) -> None:
    apply("field_report", opened="2026-09-07 10:00")
    assert not every(Notice).exists()
    passed("2026-09-11 09:00")
    passed("2026-09-11 09:00")
    assert every(Notice).count() == every(Receipt).count() == 2
    assert all(notice.link.startswith("/process/tasks/") for notice in every(Notice))


def test_一人一天一则_列出各项_先急后缓(apply: Apply) -> None:
    apply("field_report", opened="2026-09-07 10:00")
    apply("field_report", opened="2026-09-07 11:00")
    apply("field_report", opened="2026-09-08 11:00")
    services.timers_fire(now=at("2026-09-30 09:00"))
    services.urging_tell(now=at("2026-09-30 09:00"))
    receipts = every(Receipt).values_list("user_id", flat=True)
    assert len(receipts) == len(set(receipts))
    notice = every(Notice).filter(receipts__user__display_name="青禾领导").get()
    assert notice.title == "3 项任务要抓紧：通报 3 项"
    assert notice.body.count("期限 2026年9月") == len(notice.body.split("\n")) == 3
    assert notice.link == "/process/overdue/"
    assert not services.urging_tell(now=at("2026-10-09 09:00"))


def test_到点的没有办完_先不告诉(apply: Apply) -> None:
    apply("field_report", opened="2026-09-07 10:00")
    assert services.urging_tell(now=at("2026-09-30 09:00")) == 0
    assert not every(Notice).exists()


def test_人工督办的要求写在通知里(apply: Apply, people: Callable[[str], Worker]) -> None:
    task = open_nodes(apply(opened="2026-09-07 10:00"))["accept"]
    services.task_supervise(task_id=task.pk, note="今天下班前报结果", **people("青禾.监督").who)
    assert "今天下班前报结果" in every(Notice).get().body
    assert "青禾镇窗口" in told(f"督办：{task.title}")
