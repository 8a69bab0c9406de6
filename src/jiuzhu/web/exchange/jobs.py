"""数据交换的后台任务。"""

from asgiref.sync import sync_to_async
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.ground.errors import ServiceError

from .services import folder, inspecting, rescue, taking
from .services.common import INSPECT_TASK, QUEUE, TAKE_TASK

AUTOMATIC = "数据文件夹"


@app.task(queue=QUEUE, name=INSPECT_TASK)
def exchange_inspect(received_id: int) -> None:
    """看一个收到的文件。"""
    with Scope.everything().applied():
        inspecting.file_inspect(received_id=received_id)


@app.task(queue=QUEUE, name=TAKE_TASK)
def exchange_take(batch_id: int) -> None:
    """收一批。"""
    with Scope.everything().applied():
        taking.batch_take(batch_id=batch_id)


@app.periodic(cron="*/3 * * * *")
@app.task(queue="upkeep", queueing_lock="exchange_folders", name="exchange_folders")
def exchange_folders(timestamp: int) -> None:
    """每三分钟看一遍各县的数据文件夹。"""
    with Scope.everything().applied():
        for division_code in folder.scanned_counties():
            try:
                folder.folder_scan(
                    division_code=division_code, actor=Actor.system(AUTOMATIC, division_code=division_code)
                )
            except ServiceError:  # 这个县的文件夹用不了，页面上另有说明；别的县照常
                continue


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="exchange_rescue", name="exchange_rescue")
async def exchange_rescue(timestamp: int) -> None:
    """每分钟看一次：工作进程被杀后，它手里的任务要收尾，文件与批次重新交给后台。"""
    for job in await app.job_manager.get_stalled_jobs(queue=QUEUE):
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
    await sync_to_async(_rescued)()


def _rescued() -> None:
    with Scope.everything().applied():
        rescue.intake_rescue()
