"""各部分共用的定时任务。procrastinate 的时间表按 UTC 计。"""

from procrastinate.contrib.django import app

KEEP_HOURS = 24 * 30


@app.periodic(cron="20 18 * * *")
@app.task(queue="upkeep", queueing_lock="jobs_tidy", pass_context=False)
async def jobs_tidy(timestamp: int) -> None:
    """每天北京时间 2:20 清掉 30 天前已结束的任务记录。"""
    await app.job_manager.delete_old_jobs(nb_hours=KEEP_HOURS, include_failed=True, include_cancelled=True)
