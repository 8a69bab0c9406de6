"""后台在任一处被杀，重来之后行数相同，什么也不做两遍。"""

from collections.abc import Callable
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from jiuzhu.engine.batches import BatchStore
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.documents import vault
from jiuzhu.web.exchange import services
from jiuzhu.web.exchange.models import Batch
from jiuzhu.web.exchange.models.batch import Mode, State
from jiuzhu.web.exchange.selectors.batches import every_batch, every_file
from jiuzhu.web.exchange.services import inspecting, taking
from jiuzhu.web.exchange.services.rescue import intake_rescue
from jiuzhu.web.exchange.store import batch_store

from .intake_files import CSV, SYSTEM, every_scope, offered, received

pytestmark = pytest.mark.usefixtures("home", "everything")
COUNTS = {"rows_read": 6, "rows_accepted": 3, "rows_quarantined": 2, "rows_ignored": 1, "notices": []}
POINTS = [
    (vault, "read_all"),
    (taking, "open_offer"),
    (taking, "take"),
    (taking, "batch_store"),
    (BatchStore, "write"),
    (taking, "_kept"),
    (taking, "newest_date"),
    (taking, "record"),
]


class Killed(BaseException):
    """进程此刻死了：不是错误，谁也来不及记。"""


def killed_at(patch: pytest.MonkeyPatch, place: Any, name: str, *, after: bool) -> None:
    """到这里就死；``after`` 为真是做完这一步才死。"""
    real: Callable[..., Any] = getattr(place, name)

    def die(*args: Any, **kwargs: Any) -> Any:
        if after:
            real(*args, **kwargs)
        raise Killed

    patch.setattr(place, name, die)


def confirmed() -> Batch:
    """确认了、还没有收的一批。"""
    choice = services.Choice(Mode.FULL)
    return services.batch_confirm(batch=offered(CSV), choice=choice, actor=SYSTEM, scope=every_scope())  # type: ignore[arg-type]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("place", "name"), POINTS, ids=[name for _, name in POINTS])
def test_收的途中被杀_重来行数相同(place: Any, name: str, after: bool) -> None:
    batch = confirmed()
    with pytest.MonkeyPatch.context() as patch:
        killed_at(patch, place, name, after=after)
        with pytest.raises(Killed):
            services.batch_take(batch_id=batch.pk)
    ProcrastinateJob.objects.filter(pk=batch.job_id).delete()
    again = every_batch().get(pk=batch.pk)
    if again.taken_at is None:
        assert intake_rescue() >= 1, "任务没了，重新交给后台"
        assert services.batch_take(batch_id=batch.pk)
    done = every_batch().get(pk=batch.pk)
    assert (done.state, done.counts) == (State.TAKEN, COUNTS)
    assert services.batch_intake(done).rows.height == COUNTS["rows_accepted"]
    assert Entry.objects.filter(action="exchange.batch_take", subject_key=str(batch.pk)).count() == 1
    assert batch_store().keys() == [done.key]
    assert not services.batch_take(batch_id=batch.pk), "收好了的不再收"


@pytest.mark.parametrize(
    ("place", "name"),
    [(vault, "read_all"), (inspecting, "open_offer"), (inspecting, "look"), (inspecting, "record")],
    ids=str,
)
def test_看的途中被杀_重来只登记一批(place: Any, name: str) -> None:
    file = received(CSV)
    with pytest.MonkeyPatch.context() as patch:
        killed_at(patch, place, name, after=True)
        with pytest.raises(Killed):
            inspecting.file_inspect(received_id=file.pk)
    assert inspecting.file_inspect(received_id=file.pk)
    assert not inspecting.file_inspect(received_id=file.pk)
    assert every_batch().filter(received=file).count() == 1


def test_一再停止的不再自动重做() -> None:
    batch = confirmed()
    for _ in range(3):
        with pytest.MonkeyPatch.context() as patch:
            killed_at(patch, taking, "take", after=False)
            with pytest.raises(Killed):
                services.batch_take(batch_id=batch.pk)
    assert not services.batch_take(batch_id=batch.pk)
    failed = every_batch().get(pk=batch.pk)
    assert (failed.state, failed.error_code) == (State.FAILED, "stopped")
    services.batch_retry(batch=failed, actor=SYSTEM, scope=every_scope())  # type: ignore[arg-type]
    assert services.batch_take(batch_id=batch.pk)
    assert every_batch().get(pk=batch.pk).counts == COUNTS


def test_意外的错误落到状态上_别的批照常() -> None:
    batch = confirmed()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(taking, "take", lambda *args, **kwargs: 1 / 0)
        services.batch_take(batch_id=batch.pk)
    failed = every_batch().get(pk=batch.pk)
    assert (failed.error_code, failed.counts) == ("ZeroDivisionError", {})
    assert "后台日志" in failed.error_text


def test_还没看的文件_任务没了也重新交() -> None:
    file = received(CSV)
    ProcrastinateJob.objects.filter(pk=file.job_id).delete()
    assert intake_rescue() == 1
    assert every_file().get(pk=file.pk).job_id != file.job_id
    assert intake_rescue() == 0, "任务还在，不重复交"


def test_换密钥之后_批次照样解得开_旧钥匙不再用() -> None:
    from django.conf import settings

    from jiuzhu.keys import read_data_keys, replace_data_keys
    from jiuzhu.web.exchange.services.upkeep import batch_keys_in_use, batches_reseal

    batch = confirmed()
    services.batch_take(batch_id=batch.pk)
    keys = read_data_keys(settings.DATA_KEYS_FILE)
    replace_data_keys(settings.DATA_KEYS_FILE, keys.with_new_key())
    assert list(batch_keys_in_use()) == [keys.active]
    assert batches_reseal() == (1, 0)
    assert list(batch_keys_in_use()) == [keys.active + 1]
    assert services.batch_intake(every_batch().get(pk=batch.pk)).rows.height == COUNTS["rows_accepted"]
    assert batches_reseal() == (0, 0)
