"""监测的后台任务。"""

from asgiref.sync import sync_to_async
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
