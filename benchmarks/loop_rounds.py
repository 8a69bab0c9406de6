"""kill 一项的一轮：报一个文件、收、监测、核对、撤回。数据库就绪之后才载入。"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks import county_database as county  # 先建立 Django
from benchmarks.loop_workers import Workers

from django.db import connection, connections  # isort: skip
from procrastinate.contrib.django import app  # isort: skip
from procrastinate.exceptions import AlreadyEnqueued  # isort: skip

from jiuzhu.web.access.scope import Scope  # isort: skip
from jiuzhu.web.audit.actor import Actor  # isort: skip
from jiuzhu.web.audit.models import Entry  # isort: skip
from jiuzhu.web.documents import vault  # isort: skip
from jiuzhu.web.exchange import services as exchange  # isort: skip
from jiuzhu.web.exchange.models import Batch, ReceivedFile  # isort: skip
from jiuzhu.web.exchange.models.batch import Channel, Mode  # isort: skip
from jiuzhu.web.exchange.selectors import current_batches  # isort: skip
from jiuzhu.web.exchange.store import batch_store  # isort: skip
from jiuzhu.web.monitoring.models import HouseholdWarning, Run, RunFile  # isort: skip
from jiuzhu.web.monitoring.services import run_start  # isort: skip
from jiuzhu.web.process.services import definitions_publish  # isort: skip
from jiuzhu.web.registry.models import Event, Household, Person  # isort: skip

CODE = f"{county.COUNTY}000000"
ACTOR = Actor.system("测量", division_code=CODE)
EVERYTHING = Scope.everything()
PATIENCE, POLL = 300.0, 0.02
RESCUES = (("exchange_rescue", "upkeep"), ("monitoring_rescue", "upkeep"))


@dataclass
class Round:
    """一轮的结果。``taking``、``running`` 是秒数，``problems`` 是与结果无关、当场看出的毛病。"""

    counts: dict[str, Any] = field(default_factory=dict)
    faults: list[Any] = field(default_factory=list)
    rows: int = 0
    run_counts: dict[str, Any] = field(default_factory=dict)
    warnings: int = 0
    people: tuple[int, int] = (0, 0)
    events: int = 0
    taking: float = 0.0
    running: float = 0.0
    killed_while: str = "没有赶上"
    problems: list[str] = field(default_factory=list)

    def differs(self, other: "Round") -> list[str]:
        """与没有被杀的不同在哪里。"""
        names = {
            "counts": "行数", "faults": "问题", "rows": "收下的内容", "run_counts": "监测的数", "warnings": "预警",
            "people": "户与人", "events": "救助链",
        }  # fmt: skip
        return self.problems + [
            f"{title}不一样（{getattr(self, name)}，应为 {getattr(other, name)}）"
            for name, title in names.items()
            if getattr(self, name) != getattr(other, name)
        ]


@dataclass
class Blow:
    """到时候杀一次：``at`` 是从这一段开始起的秒数，没有为不杀。"""

    workers: Workers
    at: float | None
    began: float = field(default_factory=time.monotonic)
    step: str = ""

    def fall(self, step: Callable[[], str]) -> None:
        """时候到了就杀，记下正在做哪一步，再起来。"""
        if self.at is None or time.monotonic() - self.began < self.at:
            return
        self.at = None
        self.workers.kill()
        self.step = step()
        _later()
        self.workers.start()
        _rescue()


def prepare() -> None:
    """县、人员、流程。"""
    county.prepare()
    definitions_publish(actor=Actor.system("测量"))


def first_run() -> None:
    """先监测一次，文件夹里的都收进来。"""
    with EVERYTHING.applied():
        run = run_start(actor=ACTOR, division_code=CODE, trigger=Run.Trigger.FIRST)
        _wait(lambda: _finished(run), Blow(_NOBODY, None), lambda: "")


def played(
    content: bytes, workers: Workers, *, kill_taking: float | None = None, kill_running: float | None = None
) -> Round:
    """报送、收、监测、核对，最后撤回，下一轮才能再报同样的内容。"""
    found = Round()
    with EVERYTHING.applied():
        before = Event.objects.within(EVERYTHING).count()
        batch = _taken(content, Blow(workers, kill_taking), found)
        run = _ran(Blow(workers, kill_running), found)
        _look(found, batch, run)
        found.events = Event.objects.within(EVERYTHING).count() - before
        exchange.batch_withdraw(batch=batch, reason="测量完了，撤回", actor=ACTOR, scope=EVERYTHING)
        if workers.running() < 2:
            found.problems.append("后台进程自己停了")
    connections.close_all()
    return found


def _taken(content: bytes, blow: Blow, found: Round) -> Batch:
    arrival = exchange.Arrival(CODE, Channel.UPLOAD, "医保结算.csv")
    received = exchange.file_receive(stored=vault.store([content]), arrival=arrival, actor=ACTOR)
    files = ReceivedFile.objects.within(EVERYTHING).filter(pk=received.pk)
    _wait(lambda: files.exclude(inspected_at=None, error_code="").exists(), blow, lambda: "看文件")
    batches = Batch.objects.within(EVERYTHING).filter(received=received)
    batch = batches.get()
    exchange.batch_confirm(batch=batch, choice=exchange.Choice(Mode.FULL), actor=ACTOR, scope=EVERYTHING)
    row = Batch.objects.within(EVERYTHING).filter(pk=batch.pk)
    done = row.exclude(taken_at=None, error_code="")
    _wait(done.exists, blow, lambda: str(row.values_list("step", flat=True)[0]) or "等着收")
    found.taking = time.monotonic() - blow.began
    found.killed_while = blow.step or found.killed_while
    return batches.get()


def _ran(blow: Blow, found: Round) -> Run:
    run = run_start(actor=ACTOR, division_code=CODE)
    row = Run.objects.within(EVERYTHING).filter(pk=run.pk)
    _wait(lambda: _finished(run), blow, lambda: str(row.values_list("step", flat=True)[0]) or "等着监测")
    found.running = time.monotonic() - blow.began
    found.killed_while = blow.step or found.killed_while
    return row.get()


def _finished(run: Run) -> bool:
    return not Run.objects.within(EVERYTHING).filter(pk=run.pk, status__in=Run.ACTIVE).exists()


def _look(found: Round, batch: Batch, run: Run) -> None:
    """这一轮的结果；做了两遍的当场记下。"""
    found.counts, found.faults = batch.counts, batch.faults
    rows = exchange.batch_intake(batch).rows if batch.taken_at else None
    found.rows = int(rows.drop("file", strict=False).hash_rows(seed=1).sum()) if rows is not None else 0
    found.run_counts = run.counts
    found.warnings = HouseholdWarning.objects.within(EVERYTHING).filter(run=run).count()
    found.people = (Household.objects.within(EVERYTHING).count(), Person.objects.within(EVERYTHING).count())
    if run.status != Run.Status.DONE:
        found.problems.append(f"监测没有完成：{run.error_code}")
    for action, key in (
        ("exchange.batch_offer", batch.pk), ("exchange.batch_take", batch.pk), ("monitoring.run_done", run.pk),
    ):  # fmt: skip
        times = Entry.objects.filter(action=action, subject_key=str(key)).count()
        if times != 1:
            found.problems.append(f"{action} 记了 {times} 遍")
    _look_for_doubles(found, run)


def _look_for_doubles(found: Round, run: Run) -> None:
    used = [each.pk for each in current_batches(CODE)]
    files = RunFile.objects.within(EVERYTHING).filter(run=run)
    if sorted(files.values_list("batch_id", flat=True)) != sorted(used):
        found.problems.append("监测读的批次不是在用的那些")
    kept = set(batch_store().keys())
    wanted = {each.key for each in Batch.objects.within(EVERYTHING).exclude(taken_at=None)}
    if kept != wanted:
        found.problems.append(f"批次库里多出 {sorted(kept - wanted)}，少了 {sorted(wanted - kept)}")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM registry_event WHERE source_kind <> '' GROUP BY household_id, person_id,"
            " kind, title, source_kind, source_key HAVING count(*) > 1) doubled"
        )
        if doubled := cursor.fetchone()[0]:
            found.problems.append(f"救助链有 {doubled} 条记了两遍")


def _wait(done: Callable[[], bool], blow: Blow, step: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not done():
        blow.fall(step)
        if time.monotonic() > deadline:
            raise TimeoutError(f"等了 {PATIENCE:.0f} 秒还没有做完：{step()}")
        time.sleep(POLL)


def _later() -> None:
    """死了的进程半分钟没有心跳才算死；不真等，把它们的心跳往前拨。"""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '10 minutes'")


def _rescue() -> None:
    """每分钟一次的收尾，不等到整分，现在就做。"""
    for task, queue in RESCUES:
        with contextlib.suppress(AlreadyEnqueued):
            app.configure_task(task, queue=queue).defer(timestamp=int(time.time()))


class _Nobody(Workers):
    """不杀谁。"""

    def __init__(self) -> None:
        self._children = []


_NOBODY = _Nobody()
