"""监测的后台任务。"""

from asgiref.sync import sync_to_async
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from jiuzhu.web.access.scope import Scope

from . import services
from .services.runs import QUEUE


@app.task(queue=QUEUE, name="monitoring_run")
def monitoring_run(run_id: int) -> None:
    """执行一次监测。同步函数,在工作进程的线程里跑,心跳不受影响。"""
    with Scope.everything().applied():
        services.run_execute(run_id=run_id)


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="monitoring_rescue", name="monitoring_rescue")
async def monitoring_rescue(timestamp: int) -> None:
    """每分钟看一次:工作进程被杀后,它手里的任务要收尾,监测标为已中断。"""
    for job in await app.job_manager.get_stalled_jobs(queue=QUEUE):
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
    await sync_to_async(rescue)()


def rescue() -> None:
    """在全部范围内找中断的监测。"""
    with Scope.everything().applied():
        services.runs_rescue()
