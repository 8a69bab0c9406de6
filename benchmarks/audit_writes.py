"""audit 一项所写的两张表与写法。数据库就绪之后才载入。"""

from dataclasses import replace

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from jiuzhu.web.audit.actor import Actor  # noqa: E402
from jiuzhu.web.audit.services import Change, Subject, record, record_many  # noqa: E402

COUNTY, SMALL = "429998", "429996"
ACTOR = Actor(17, "张经办", 3, "县经办", "测试县民政局社会救助科", "10.12.8.31", "7f3c0a9e2b6d4f10", f"{COUNTY}000000")
NEIGHBOUR = replace(ACTOR, user_id=18, name="李经办", division_code="429997101000")
RARE = replace(ACTOR, user_id=19, name="王经办", division_code=f"{SMALL}000000")
ACTION = "audit.seal_make"  # 任一写明的动作


class BenchTask(models.Model):
    """任务：状态、经办人、期限。"""

    status = models.CharField(max_length=12, default="open")
    assignee = models.BigIntegerField(null=True)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    division_code = models.CharField(max_length=12, db_index=True)

    class Meta:
        app_label = "benchmarks"

    def __str__(self) -> str:
        return str(self.pk)


class BenchEvent(models.Model):
    """任务上发生的事。"""

    task = models.ForeignKey(BenchTask, models.PROTECT)
    kind = models.CharField(max_length=20)
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        app_label = "benchmarks"

    def __str__(self) -> str:
        return str(self.pk)


def prepare(tasks: int) -> None:
    """建表，放好任务。"""
    call_command("migrate", "audit", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(BenchTask)
        editor.create_model(BenchEvent)
    now = timezone.now()
    BenchTask.objects.bulk_create(BenchTask(due_at=now, division_code=f"4209221{n % 100:05d}") for n in range(tasks))


def write(number: int, *, audited: bool) -> None:
    """办结一个任务：改状态，记一件事；``audited`` 时同一事务里记审计。"""
    now = timezone.now()
    with transaction.atomic():
        BenchTask.objects.filter(pk=number + 1).update(status="done", assignee=ACTOR.user_id, done_at=now)
        BenchEvent.objects.create(task_id=number + 1, kind="complete", note="材料齐全，同意上报", at=now)
        if audited:
            record(
                actor=ACTOR,
                action=ACTION,
                subject=Subject("process.task", str(number + 1), "低保审核 入户调查 张*"),
                before={"status": "open", "assignee": None},
                after={"status": "done", "assignee": ACTOR.user_id, "done_at": now},
                task=str(number + 1),
            )


def fill(entries: int, batch: int) -> None:
    """成批记 ``entries`` 条，各批分散到各分链；每二十批有一批带事由。两个县各半，另有一个小县占百分之一。"""
    for start in range(0, entries, batch):
        changes = [
            Change(
                Subject("process.task", str(n), "低保审核 入户调查 张*"), {"status": "open"}, {"status": "done", "n": n}
            )
            for n in range(start, min(start + batch, entries))
        ]
        reason = f"核对第 {start} 批" if start // batch % 20 == 0 else ""
        actor = RARE if start // batch % 100 == 0 else (ACTOR, NEIGHBOUR)[start // batch % 2]
        with transaction.atomic():
            record_many(actor=actor, action=ACTION, changes=changes, reason=reason)
