"""监测的后台任务。"""

from asgiref.sync import sync_to_async
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from jiuzhu.web.access.scope import Scope

from . import services
from .services.running import MATCHES, QUEUE, TASK


@app.task(queue=QUEUE, name=TASK)
def monitoring_run(run_id: int) -> None:
    """执行一次监测。同步函数,在工作进程的线程里跑,心跳不受影响。"""
    with Scope.everything().applied():
        services.run_execute(run_id=run_id)


@app.task(queue=QUEUE, name=MATCHES)
def monitoring_matches(run_id: int) -> None:
    """把一次监测里拿不准的行装进认人台。"""
    with Scope.everything().applied():
        services.run_matches(run_id=run_id)


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="monitoring_due", name="monitoring_due")
def monitoring_due(timestamp: int) -> None:
    """每分钟看一次:到了每月的日子、来了新的一批,照县里的约定发起监测。"""
    with Scope.everything().applied():
        services.runs_due()


@app.task(queue=QUEUE, name="monitoring_dispatch")
def monitoring_dispatch(dispatch_id: int) -> None:
    """照五个一自动派单；停了再来，接着派，不会派重。"""
    with Scope.everything().applied():
        services.dispatch_execute(dispatch_id=dispatch_id)


@app.periodic(cron="0 0 1 * *")
@app.task(queue="upkeep", queueing_lock="monitoring_effect_notices", name="monitoring_effect_notices")
def monitoring_effect_notices(timestamp: int) -> None:
    """每月一日八点（当地时间），把上个月的成效发给县领导。"""
    from .services.reporting import effect_notices_send  # noqa: PLC0415 成效的部分在服务之上

    with Scope.everything().applied():
        effect_notices_send(day=timezone.localdate())


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="monitoring_rescue", name="monitoring_rescue")
async def monitoring_rescue(timestamp: int) -> None:
    """每分钟看一次:工作进程被杀后,它手里的任务要收尾,监测放回队列从头再做。"""
    for job in await app.job_manager.get_stalled_jobs(queue=QUEUE):
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
    await sync_to_async(rescue)()


def rescue() -> None:
    """在全部范围内找中断的监测。"""
    with Scope.everything().applied():
        services.runs_rescue()
        services.dispatches_rescue()
