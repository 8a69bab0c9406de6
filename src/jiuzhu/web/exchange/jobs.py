"""数据交换的后台任务。"""

from asgiref.sync import sync_to_async
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.ground.errors import ServiceError

from . import services
from .services import connections, folder, inspecting, rescue, taking
from .services.common import FETCH_TASK, INSPECT_TASK, QUEUE, TAKE_TASK

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


@app.task(queue=QUEUE, name=FETCH_TASK)
def exchange_fetch(connection_id: int) -> None:
    """从部门的数据库取一次数。"""
    with Scope.everything().applied():
        connections.connection_fetch(connection_id=connection_id)


@app.periodic(cron="*/15 * * * *")
@app.task(queue="upkeep", queueing_lock="exchange_connections", name="exchange_connections")
def exchange_connections(timestamp: int) -> None:
    """每刻钟看一次：到了时候的数据库连接去取数。"""
    with Scope.everything().applied():
        connections.connections_due()


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


@app.periodic(cron="0 1 * * *")
@app.task(queue="upkeep", queueing_lock="exchange_reminders", name="exchange_reminders")
def exchange_reminders(timestamp: int) -> None:
    """每天九点（北京时间）：迟了的来源提醒报送单位，一期一次。"""
    with Scope.everything().applied():
        services.late_reminded()
