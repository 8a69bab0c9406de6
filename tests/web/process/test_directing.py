"""改派、指派、整件事停计、日历重算、发布与命令。"""

from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from tests.web.cast import make_person

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope as AccessScope
from jiuzhu.web.ground.errors import Conflict, NotAllowed, ServiceError
from jiuzhu.web.process import selectors, services
from jiuzhu.web.process.chain import chain_problems
from jiuzhu.web.process.definition import shipped_folder
from jiuzhu.web.process.models import Definition, Event, Instance, Pause

from .conftest import SYSTEM, Worker, all_tasks, at, open_nodes, walled

People = Callable[[str], Worker]
Apply = Callable[..., Instance]


def test_送错了乡镇_改派过去_期限不变(apply: Apply, people: People) -> None:
    instance = apply()
    task, window, other = open_nodes(instance)["accept"], people("青禾.镇窗口"), people("青禾二.镇窗口")
    for organisation in (window.post.organisation_id, people("青禾.县经办").post.organisation_id):
        with pytest.raises(ServiceError) as caught, walled(window.scope):
            services.task_transfer(task_id=task.pk, organisation_id=organisation, reason="送错", **window.who)
        assert caught.value.code == "other_kind"
    with walled(window.scope):
        services.task_transfer(
            task_id=task.pk, organisation_id=other.post.organisation_id, reason="人在石桥镇", **window.who
        )
    moved = open_nodes(instance)["accept"]
    assert (moved.organisation, moved.due_at) == (other.post.organisation, task.due_at)
    with walled(other.scope):
        services.task_complete(task_id=task.pk, outcome="accepted", now=at("2026-09-08 09:00"), **other.who)
        assert selectors.instance(other.scope, instance.pk) is not None
    instance.refresh_from_db()
    assert list(chain_problems(instance)) == []


def test_指派给同岗位的另一人_别人就办不了(apply: Apply, people: People, cast: dict[str, User]) -> None:
    task, window = open_nodes(apply())["accept"], people("青禾.镇窗口")
    second = make_person("青禾.窗口二", "town_window", "青禾")
    reviewer = people("青禾.镇审核负责人")
    with pytest.raises(NotAllowed), walled(reviewer.scope):
        services.task_delegate(task_id=task.pk, user_id=second.pk, **reviewer.who)
    with walled(reviewer.scope):
        services.task_delegate(task_id=task.pk, user_id=second.pk, may_direct=True, **reviewer.who)
    with pytest.raises(NotAllowed) as caught, walled(window.scope):
        services.task_complete(task_id=task.pk, outcome="accepted", **window.who)
    assert caught.value.code == "task_of_another"
    with pytest.raises(NotAllowed), walled(window.scope):
        services.task_claim(task_id=task.pk, **window.who)


def test_整件事停计_全程与各项都顺延(apply: Apply, people: People) -> None:
    window = people("青禾.镇窗口")
    instance = apply(opened="2026-09-07 10:00")
    with walled(window.scope):
        services.task_complete(
            task_id=open_nodes(instance)["accept"].pk, outcome="accepted", now=at("2026-09-07 11:00"), **window.who
        )
        services.instance_pause(instance_id=instance.pk, reason="本人住院", now=at("2026-09-08 09:00"), **window.who)
    with pytest.raises(Conflict), walled(window.scope):
        services.instance_pause(instance_id=instance.pk, reason="再停", **window.who)
    assert {task.paused_at for task in open_nodes(instance).values()} == {at("2026-09-08 09:00")}
    with pytest.raises(NotAllowed), walled(people("青禾.核对中心").scope):
        services.instance_resume(instance_id=instance.pk, **people("青禾.核对中心").who)
    with walled(window.scope):
        services.instance_resume(instance_id=instance.pk, now=at("2026-09-10 09:00"), **window.who)
    assert {task.due_at for task in open_nodes(instance).values()} == {at("2026-09-14 23:59:59")}
    instance.refresh_from_db()
    assert instance.due_at == at("2026-10-27 23:59:59")  # 停了八日、九日两个工作日
    assert Pause.objects.within(AccessScope.everything()).count() == 1


def test_日历变了重算_只动没办结的_记一条(apply: Apply, people: People) -> None:
    moved, ended = apply("field_report", opened="2026-09-07 10:00"), apply("field_report", opened="2026-09-07 10:00")
    with walled(people("青禾.镇窗口").scope):
        services.instance_withdraw(instance_id=ended.pk, reason="重复", **people("青禾.镇窗口").who)
    services.calendar_day_set(
        day=date(2026, 9, 9), is_working=False, note="防汛", source="通知", actor=SYSTEM, county_code="429998"
    )
    assert services.calendar_recalculate(actor=SYSTEM, county_code="429997") == 0
    assert services.calendar_recalculate(actor=SYSTEM, county_code="429998") == 1
    assert services.calendar_recalculate(actor=SYSTEM) == 0
    assert open_nodes(moved)["verify"].due_at == at("2026-09-15 23:59:59")
    events = Event.objects.within(AccessScope.everything()).filter(kind="due_moved")
    assert [event.instance_id for event in events] == [moved.pk]


def test_邻县另定的日子不相干(apply: Apply) -> None:
    services.calendar_day_set(
        day=date(2026, 9, 9), is_working=False, note="地方节日", source="通知", actor=SYSTEM, county_code="429997"
    )
    assert open_nodes(apply("field_report"))["verify"].due_at == at("2026-09-14 23:59:59")


def test_跨到未公布的年份_任务上写明(apply: Apply) -> None:
    from django.utils import timezone

    near, far = apply("field_report"), apply("field_report", opened="2039-12-30 10:00")
    assert selectors.due_warning(open_nodes(near)["verify"]) == ""
    assert "按周末暂计" in selectors.due_warning(open_nodes(far)["verify"])
    assert selectors.calendar_warnings(date(2026, 9, 1)) == []
    assert "2040年" in selectors.calendar_warnings(date(2039, 11, 1))[1]
    assert timezone.localdate()


def test_同样内容再发布不重复_改了内容要换版本(published: dict[str, Definition], tmp_path: Path) -> None:
    before = Definition.objects.count()
    services.definitions_publish(actor=SYSTEM)
    assert Definition.objects.count() == before
    content = yaml.safe_load((shipped_folder() / "field_report.yaml").read_text("utf-8"))
    content["title"] = "改了名"
    (tmp_path / "field_report.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    with pytest.raises(Conflict) as caught:
        services.definitions_publish(actor=SYSTEM, folder=tmp_path)
    assert caught.value.code == "version_taken"


def test_在办的事走发起时的版本(apply: Apply, tmp_path: Path) -> None:
    instance = apply("field_report")
    content: dict[str, Any] = yaml.safe_load((shipped_folder() / "field_report.yaml").read_text("utf-8"))
    content["version"] = "2027.1"
    content["nodes"][0]["limit"] = "3wd"
    (tmp_path / "field_report.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    services.definitions_publish(actor=SYSTEM, folder=tmp_path, now=at("2026-09-07 12:00"))
    assert open_nodes(instance)["verify"].limit == "5wd"
    assert open_nodes(apply("field_report"))["verify"].limit == "3wd"


def test_发布命令(db: None, tmp_path: Path) -> None:
    out = StringIO()
    call_command("jiuzhu_publish_processes", stdout=out)
    assert "低保审核确认 2026.1" in out.getvalue()
    (tmp_path / "x.yaml").write_text("code: x", "utf-8")
    with pytest.raises(CommandError, match="缺少"):
        call_command("jiuzhu_publish_processes", folder=tmp_path)
    with pytest.raises(CommandError, match="没有文件夹"):
        call_command("jiuzhu_publish_processes", patches=tmp_path / "没有")


def test_重算命令(apply: Apply) -> None:
    apply("field_report")
    services.calendar_day_set(day=date(2026, 9, 9), is_working=False, note="防汛", source="通知", actor=SYSTEM)
    out = StringIO()
    call_command("jiuzhu_recalculate_due", stdout=out)
    assert "期限有变动的 1 件" in out.getvalue()
    assert all_tasks()[0].due_at == at("2026-09-15 23:59:59")
