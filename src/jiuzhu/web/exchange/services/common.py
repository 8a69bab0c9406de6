"""写入各处共用：批号、审计的对象、任务。"""

from datetime import datetime

from django.db.models import Max
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from jiuzhu.web.audit.services import Subject
from jiuzhu.web.exchange.claims import NUMBER, wait_turn
from jiuzhu.web.exchange.models import Batch, ReceivedFile
from jiuzhu.web.exchange.selectors.batches import every_batch
from jiuzhu.web.ground import jobs

QUEUE = "exchange"
INSPECT_TASK, TAKE_TASK, FETCH_TASK = "exchange_inspect", "exchange_take", "exchange_fetch"
LIVE_JOBS = ("todo", "doing", "aborting")
MOST_ATTEMPTS = 3
SYSTEM = "数据交换"


def next_number(division_code: str) -> int:
    """县里的下一个批号，从 1 连着编。须在事务里。"""
    wait_turn(NUMBER, division_code)
    last = every_batch().filter(division_code=division_code).aggregate(last=Max("number"))["last"]
    return int(last or 0) + 1


def batch_subject(batch: Batch) -> Subject:
    """审计里的一批：不写文件名，那里可能有人名。"""
    return Subject("exchange.batch", str(batch.pk), f"{batch} {batch.source}".strip())


def file_subject(received: ReceivedFile) -> Subject:
    """审计里的一个文件。"""
    return Subject("exchange.file", str(received.pk), received.get_channel_display())


def defer(task: str, **arguments: int) -> int:
    """交给后台，返回任务号。在事务里，随事务一起生效。"""
    return jobs.defer(task, queue=QUEUE, **arguments)


def live_jobs() -> "list[int]":
    """还在排队或进行的任务号。"""
    return list(ProcrastinateJob.objects.filter(status__in=LIVE_JOBS, queue_name=QUEUE).values_list("id", flat=True))


def moment(now: datetime | None) -> datetime:
    """给了就用给的，没给就是此刻。"""
    return now or timezone.now()
