"""催办、督办、通报、指派、改派：相关的人收到通知，别人收不到。"""

from collections.abc import Callable

from tests.web.cast import every

from jiuzhu.web.notices.models import Notice, Receipt
from jiuzhu.web.process import services
from jiuzhu.web.process.models import Instance

from .conftest import Worker, at, open_nodes

Apply = Callable[..., Instance]


def told(title: str) -> set[str]:
    """谁收到了这一则。"""
    return {row.user.display_name for row in every(Receipt).filter(notice__title=title).select_related("user")}


def test_逐级催办_各告诉该知道的人(apply: Apply) -> None:
    task = open_nodes(apply("field_report", opened="2026-09-07 10:00"))["verify"]
    services.timers_fire(now=at("2026-09-30 09:00"))
    office = {f"青禾{task.role_title}", "青禾镇审核负责人"}
    assert told(f"催办：{task.title}") == office
    assert told(f"督办：{task.title}") == office | {"青禾县经办", "青禾监督"}
    assert told(f"通报：{task.title}") == office | {"青禾县经办", "青禾监督", "青禾领导"}
    assert not every(Receipt).filter(user__display_name__startswith="禾丰").exists()


def test_没有催办就没有通知_重跑不重发(apply: Apply) -> None:
    apply("field_report", opened="2026-09-07 10:00")
    assert not every(Notice).exists()
    services.timers_fire(now=at("2026-09-11 09:00"))
    services.timers_fire(now=at("2026-09-11 09:00"))
    notice = every(Notice).get()
    assert notice.link.startswith("/process/tasks/")


def test_人工督办的要求写在通知里(apply: Apply, people: Callable[[str], Worker]) -> None:
    task = open_nodes(apply(opened="2026-09-07 10:00"))["accept"]
    services.task_supervise(task_id=task.pk, note="今天下班前报结果", **people("青禾.监督").who)
    assert "今天下班前报结果" in every(Notice).get().body
    assert "青禾镇窗口" in told(f"督办：{task.title}")
