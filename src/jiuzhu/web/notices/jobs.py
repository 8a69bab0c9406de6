"""通知的定时任务。时间表按 UTC 计。"""

from procrastinate.contrib.django import app

from jiuzhu.web.access.scope import Scope

from . import services


@app.periodic(cron="40 18 * * *")
@app.task(queue="upkeep", queueing_lock="notices_clean", name="notices_clean")
def notices_clean(timestamp: int) -> None:
    """每天北京时间 2:40 清掉过期满 180 天的通知。"""
    with Scope.everything().applied():
        services.notices_clean()
