"""工作进程被杀之后：任务已不在、事情没做完的，重新交给后台。"""

from jiuzhu.web.exchange.models import Batch
from jiuzhu.web.exchange.models.batch import State
from jiuzhu.web.exchange.selectors.batches import every_batch, every_file

from .common import INSPECT_TASK, TAKE_TASK, defer, live_jobs


def intake_rescue() -> int:
    """重新交给后台，返回几件。做过几次由各自记着，一再停止的到时自己记为没能收成。"""
    live = live_jobs()
    files = every_file().filter(inspected_at=None, dropped_at=None, error_code="").exclude(job_id__in=live)
    moving = Batch.state_filter(State.QUEUED) | Batch.state_filter(State.TAKING)
    batches = every_batch().filter(moving).exclude(job_id__in=live)
    done = 0
    for pk in list(files.values_list("pk", flat=True)):
        every_file().filter(pk=pk).update(job_id=defer(INSPECT_TASK, received_id=pk))
        done += 1
    for pk in list(batches.values_list("pk", flat=True)):
        every_batch().filter(pk=pk).update(job_id=defer(TAKE_TASK, batch_id=pk))
        done += 1
    return done
