"""文书与附件的后台任务。"""

import logging

from procrastinate.contrib.django import app

from .services.upkeep import vault_survey

logger = logging.getLogger(__name__)


@app.periodic(cron="30 18 * * *")
@app.task(queue="upkeep", queueing_lock="documents_survey", name="documents_survey")
def documents_survey(timestamp: int) -> None:
    """每天凌晨两点半（世界时十八点半）清点库房；有不符的写进日志，由管理员处理，不自动删除。"""
    report = vault_survey()
    if report.is_sound:
        logger.info("库房清点：%d 件，没有不符", report.files)
        return
    logger.warning(
        "库房清点：%d 件；没有登记的 %d 件，写了一半的 %d 件，有登记而文件不在的 %d 件。请运行 jiuzhu manage jiuzhu_vault",
        report.files,
        len(report.orphans),
        len(report.drafts),
        len(report.missing),
    )
