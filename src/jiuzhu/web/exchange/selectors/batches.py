"""批次与收到的文件的读取。"""

from typing import Any

from django.db.models import QuerySet

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.exchange.current import effective
from jiuzhu.web.exchange.models import Batch, ReceivedFile
from jiuzhu.web.exchange.models.batch import State

EVERYTHING = Scope.everything()
HEAVY = ("sample", "columns", "guesses", "mapping")


def every_batch() -> QuerySet[Batch]:
    """全部批次，不论哪个县：只给后台任务用。"""
    return Batch.objects.within(EVERYTHING)


def every_file() -> QuerySet[ReceivedFile]:
    """全部收到的文件，不论哪个县：只给后台任务用。"""
    return ReceivedFile.objects.within(EVERYTHING)


def batches(scope: Scope) -> QuerySet[Batch]:
    """范围内的批次，新的在前；不取大字段。"""
    return Batch.objects.within(scope).select_related("organisation").defer(*HEAVY)


def batch(scope: Scope, pk: int) -> Batch | None:
    """一批；范围之外的当作没有。"""
    found = Batch.objects.within(scope).select_related("organisation", "received", "replaces")
    return found.filter(pk=pk).first()


def received_file(scope: Scope, pk: int) -> ReceivedFile | None:
    """一个收到的文件；范围之外、已放弃的当作没有。"""
    return ReceivedFile.objects.within(scope).filter(pk=pk, dropped_at=None).first()


def received_files(scope: Scope) -> QuerySet[ReceivedFile]:
    """范围内收到的文件，没放弃的，新的在前。"""
    return ReceivedFile.objects.within(scope).filter(dropped_at=None)


def taken_batches(division_code: str, **conditions: Any) -> QuerySet[Batch]:
    """一个县收好了、没有撤回的各批。后台任务与本部分内部用，调用处须在相应的范围之内。"""
    rows = every_batch().filter(Batch.state_filter(State.TAKEN), division_code=division_code, **conditions)
    return rows.select_related("organisation").defer(*HEAVY)


def current_batches(division_code: str) -> list[Batch]:
    """一个县现在用着的各批：监测读的就是这些。按来源、批号排。"""
    return effective(taken_batches(division_code))


def current_of_source(division_code: str, source: str) -> list[Batch]:
    """一个来源现在用着的各批。"""
    return effective(taken_batches(division_code, source=source))


def pending_batches(division_code: str) -> QuerySet[Batch]:
    """确认了、还没有收好的各批：监测开始之前先把它们收完。"""
    moving = Batch.state_filter(State.QUEUED) | Batch.state_filter(State.TAKING)
    return every_batch().filter(moving, division_code=division_code).order_by("number")
