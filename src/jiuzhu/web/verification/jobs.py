"""核对的后台任务。"""

from procrastinate.contrib.django import app

from jiuzhu.web.access.scope import Scope

from .services import batch_reports, batches, enquiries

QUEUE = "verification"


@app.task(queue="upkeep", name="verification_ask")
def verification_ask(enquiry_id: int) -> None:
    """向平台问一次。"""
    with Scope.everything().applied():
        enquiries.enquiry_send(enquiry_id=enquiry_id)


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="verification_enquiries", name="verification_enquiries")
def verification_enquiries(timestamp: int) -> None:
    """每分钟看一次：该再问的去问。"""
    with Scope.everything().applied():
        for pk in enquiries.enquiries_due():
            enquiries.enquiry_send(enquiry_id=pk)


@app.task(queue="default", name="verification_batch")
def verification_batch(batch_id: int) -> None:
    """做一次批量核对。"""
    with Scope.everything().applied():
        batches.batch_run(batch_id=batch_id)


@app.task(queue="default", name="verification_batch_reports")
def verification_batch_reports(batch_id: int, rows: list[int], post_id: int) -> None:
    """给名单上的户出报告。"""
    with Scope.everything().applied():
        batch_reports.batch_reports_run(batch_id=batch_id, rows=rows, post_id=post_id)
