"""审计的定时任务。时间表按 UTC 计。"""

from procrastinate.contrib.django import app

from . import services


@app.periodic(cron="10 16 * * *")
@app.task(queue="upkeep", queueing_lock="audit_seal", name="audit_seal")
def audit_seal(timestamp: int) -> None:
    """每天北京时间 0:10 封前一天，再核验昨天以来的。"""
    services.seal_make()
    services.chain_verify(whole=False)


@app.periodic(cron="30 19 * * 6")
@app.task(queue="upkeep", queueing_lock="audit_verify", name="audit_verify")
def audit_verify(timestamp: int) -> None:
    """每周日北京时间 3:30 从头核验一遍。"""
    services.chain_verify(whole=True)
