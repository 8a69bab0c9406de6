"""测算的后台任务。"""

from procrastinate.contrib.django import app

from jiuzhu.web.access.scope import Scope

from . import services
from .services import QUEUE, TASK


@app.task(queue=QUEUE, name=TASK)
def whatif_costing(costing_id: int) -> None:
    """算一次。"""
    with Scope.everything().applied():
        services.costing_execute(costing_id=costing_id)


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="whatif_rescue", name="whatif_rescue")
def whatif_rescue(timestamp: int) -> None:
    """每分钟看一次：后台停掉时正在算的，如实标明。"""
    with Scope.everything().applied():
        services.costings_rescue()
