"""流程的后台任务：每分钟办到点的，救起停住的。"""

from asgiref.sync import sync_to_async
from procrastinate.contrib.django import app

from . import services
from .services.timers import RECALCULATION

QUEUE = "process"
SECONDS = 50  # 一次至多干这么久，没办完的下一分钟接着办


@app.periodic(cron="* * * * *")
@app.task(queue=QUEUE, name="process_timers")
def process_timers(timestamp: int) -> None:
    """办到点的定时与催办。同步函数，在工作进程的线程里跑，心跳不受影响；几个进程同时跑也不会办两次。"""
    services.timers_fire(seconds=SECONDS)


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="process_urging_tell", name="process_urging_tell")
def process_urging_tell(timestamp: int) -> None:
    """到点的办完之后，把自动的催办、督办、通报按人汇成一则。"""
    services.urging_tell()


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="process_rescue", name="process_rescue")
async def process_rescue(timestamp: int) -> None:
    """工作进程被杀后留下的“正在办”：放回去重办。没提交的事务已回滚，重办不会重复。"""
    for job in await app.job_manager.get_stalled_jobs(queue=QUEUE):
        assert job.id is not None
        await app.job_manager.retry_job(job)


@app.periodic(cron="10 17 * * *")
@app.task(queue="upkeep", queueing_lock="process_recalculate", name="process_recalculate")
async def process_recalculate(timestamp: int) -> None:
    """每天北京时间 1:10 按现行日历重算一遍期限：升级程序带来新一年的节假日安排后，不必人记得去算。"""
    await sync_to_async(services.calendar_recalculate)(actor=RECALCULATION)


@app.task(queue=QUEUE, name="process_recalculate_county")
def process_recalculate_county(county_code: str) -> None:
    """改了日历之后，由人发起的重算。"""
    services.calendar_recalculate(actor=RECALCULATION, county_code=county_code)
