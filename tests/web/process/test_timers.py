"""到点的定时：先后两级催办、走不成的不挡路；真的两个工作进程，杀一个，一项不重一项不漏。"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope as AccessScope
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.process import jobs, selectors, services
from jiuzhu.web.process.chain import chain_problems
from jiuzhu.web.process.models import Definition, Event, Instance, Scope, Task
from jiuzhu.web.process.movement import Movement
from jiuzhu.web.process.services import timers

from .conftest import SYSTEM, VILLAGE, Worker, all_tasks, at, open_nodes, walled

EVERYTHING = AccessScope.everything()
Apply = Callable[..., Instance]
MANY = 300


def events(**filters: object) -> list[Event]:
    return list(Event.objects.within(EVERYTHING).filter(**filters).order_by("id"))


def test_催办_督办_通报逐级升(apply: Apply, people: Callable[[str], Worker]) -> None:
    task = open_nodes(apply("field_report", opened="2026-09-07 10:00"))["verify"]  # 五个工作日，十四日到期
    steps = [
        ("2026-09-11 08:59", 0),
        ("2026-09-11 09:00", 1),  # 到期前一个工作日
        ("2026-09-15 08:59", 1),
        ("2026-09-15 09:00", 2),  # 逾期满一个工作日
        ("2026-09-17 09:00", 3),  # 逾期满三个工作日
        ("2026-09-30 09:00", 3),
    ]
    for when, level in steps:
        services.timers_fire(now=at(when))
        assert open_nodes(task.instance)["verify"].urge == level, when
    urged = [event.data["level_title"] for event in events(kind="urged")]
    assert urged == ["催办", "督办", "通报"]
    assert "leader" in events(kind="urged")[-1].data["concerns"]
    with walled(people("青禾.领导").scope):
        assert [row.pk for row in selectors.urgings(people("青禾.领导").scope)] == [task.pk]
    with walled(people("禾丰.领导").scope):
        assert list(selectors.urgings(people("禾丰.领导").scope)) == []


def test_停了几天再跑_该升的几级都补上(apply: Apply) -> None:
    task = open_nodes(apply("field_report", opened="2026-09-07 10:00"))["verify"]
    assert services.timers_fire(now=at("2026-10-20 09:00")) == 3
    assert open_nodes(task.instance)["verify"].urge == 3


def test_期限一天的_到期当天才催(apply: Apply) -> None:
    task = open_nodes(apply(opened="2026-09-07 10:00"))["accept"]
    assert task.fire_at == at("2026-09-08 09:00")


def test_走不成的说明缘由_十分钟后再试_不挡别的(apply: Apply, people: Callable[[str], Worker]) -> None:
    first, second = apply(), apply()
    for instance in (first, second):
        to_publicity(instance)
    office = Organisation.objects.get(code="青禾-county_office")
    Organisation.objects.filter(pk=office.pk).update(valid_from="2026-01-01", valid_to="2026-09-01")
    services.timers_fire(now=at("2026-09-20 09:00"))
    assert open_nodes(first).keys() == open_nodes(second).keys() == {"publicity"}
    assert {event.data["reason"][:6] for event in events(kind="stuck")} == {"“县级确认”"}
    Organisation.objects.filter(pk=office.pk).update(valid_to=None)
    assert services.timers_fire(now=at("2026-09-20 09:05")) == 0
    assert services.timers_fire(now=at("2026-09-20 09:11")) == 2
    assert open_nodes(first).keys() == {"decide"}


def test_一项出了意外_不挡别的_不露细节(apply: Apply, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = open_nodes(apply("field_report", opened="2026-09-07 10:00"))["verify"]
    good = open_nodes(apply("field_report", opened="2026-09-07 11:00"))["verify"]
    real = timers.urge_up

    def torn(movement: Movement, task: Task) -> None:
        if task.pk == bad.pk:
            raise KeyError("内部细节")
        real(movement, task)

    monkeypatch.setattr(timers, "urge_up", torn)
    services.timers_fire(now=at("2026-09-11 09:00"))
    assert {task.pk: task.urge for task in all_tasks()} == {bad.pk: 0, good.pk: 1}
    (stuck,) = events(kind="stuck")
    assert (stuck.task_id, "内部细节" in stuck.body) == (bad.pk, False)
    monkeypatch.undo()
    services.timers_fire(now=at("2026-09-11 09:11"))
    assert {task.urge for task in all_tasks()} == {1}


def to_publicity(instance: Instance) -> None:
    """后台一路办到公示。"""
    for node, outcome in [("accept", "accepted"), ("survey", "surveyed"), ("check", "checked"), ("review", "agree")]:
        task = open_nodes(instance)[node]
        services.task_complete(
            task_id=task.pk, outcome=outcome, actor=SYSTEM, scope=EVERYTHING, now=at("2026-09-08 10:00")
        )


def test_停住的任务放回去重办(db: None) -> None:
    job_id = app.configure_task("process_timers", queue=jobs.QUEUE).defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes') RETURNING id"
        )
        worker = cursor.fetchone()[0]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [worker, job_id])
    async_to_sync(jobs.process_rescue.func)(timestamp=0)
    assert ProcrastinateJob.objects.get(pk=job_id).status == "todo"


# —— 真的工作进程 ——


def make_waiting(count: int, due: datetime) -> None:
    """``count`` 件事都在等公示满期，且都已到点。"""
    services.definitions_publish(actor=SYSTEM)
    definition = Definition.objects.get(code="dibao_review")
    began = due - timedelta(days=30)
    instances = Instance._base_manager.bulk_create(
        Instance(
            definition=definition,
            subject_kind="test",
            subject_key=str(number),
            subject_label="某*的申请",
            division_code=VILLAGE,
            opened_at=began,
            changed_at=began,
        )
        for number in range(count)
    )
    scopes = Scope._base_manager.bulk_create(Scope(instance=item, opened_at=began) for item in instances)
    Task._base_manager.bulk_create(
        Task(
            instance=item,
            scope=scope,
            node="publicity",
            title="公示审核意见",
            kind="timer",
            division_code=VILLAGE,
            opened_at=began,
            limit="7d",
            fire_at=due,
        )
        for item, scope in zip(instances, scopes, strict=True)
    )


@pytest.fixture
def worker() -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """起一个真的工作进程；测完都停掉。"""
    started: list[subprocess.Popen[bytes]] = []
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "jiuzhu.config.settings"}

    def start() -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-m",
            "django",
            "procrastinate",
            "worker",
            "--queues",
            jobs.QUEUE,
            "--concurrency",
            "1",
        ]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    stop = time.monotonic() + seconds
    while time.monotonic() < stop:
        if condition():
            return True
        time.sleep(0.1)
    return False


def left() -> int:
    return Task._base_manager.filter(node="publicity", done_at=None).count()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_两个工作进程_杀一个_不重不漏(cast: dict[str, User], worker: Callable[[], subprocess.Popen[bytes]]) -> None:
    make_waiting(MANY, timezone.now() - timedelta(hours=1))
    for number in range(2):
        app.configure_task("process_timers", queue=jobs.QUEUE).defer(timestamp=number)
    first, _ = worker(), worker()
    assert wait_until(lambda: left() < MANY * 0.8, 60), "工作进程没有开始办"
    assert left() > 0
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert wait_until(lambda: left() == 0, 90), f"还剩 {left()} 项"
    fired = [event.instance_id for event in events(kind="fired")]
    assert (len(fired), len(set(fired))) == (MANY, MANY)
    decisions = [task.instance_id for task in all_tasks(node="decide")]
    assert (len(decisions), len(set(decisions))) == (MANY, MANY)
    for instance in Instance.objects.within(EVERYTHING).select_related("definition")[:50]:
        assert list(chain_problems(instance)) == []
