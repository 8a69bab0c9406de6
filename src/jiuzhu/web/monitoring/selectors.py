"""监测结果的读取。页面只从这里取数;监测完成之前的半成品不给看。"""

from pathlib import Path

import polars as pl
from django.db.models import Q, QuerySet

from .models import Finding, HouseholdWarning, Run, RunFile

SEARCH_LIMIT = 20
ID_PATTERN = r"[A-Z0-9]{1,40}"


def any_run() -> bool:
    """是否曾发起过监测(不论成败)。"""
    return Run.objects.exists()


def latest_run() -> Run | None:
    """最近一次完成的监测;没有则为空。"""
    return Run.objects.filter(status=Run.Status.DONE).select_related("previous", "started_by").first()


def done_run(number: int | None) -> Run | None:
    """指定编号的、已完成的监测;不给编号取最近一次;没有则为空。"""
    if number is None:
        return latest_run()
    return Run.objects.filter(status=Run.Status.DONE, number=number).select_related("previous", "started_by").first()


def active_run() -> Run | None:
    """正在排队或进行的监测。"""
    return Run.objects.filter(status__in=Run.ACTIVE).first()


def last_run() -> Run | None:
    """最近发起的一次监测,不论成败。"""
    return Run.objects.first()


def runs() -> QuerySet[Run]:
    """全部监测,新的在前;不取大字段。"""
    return Run.objects.select_related("started_by", "previous").defer("rulebook")


def warnings(run: Run) -> QuerySet[HouseholdWarning]:
    """一次监测的预警,重的在前。"""
    return HouseholdWarning.objects.filter(run=run)


def findings(run: Run) -> QuerySet[Finding]:
    """一次监测的数据发现。"""
    return Finding.objects.filter(run=run)


def files(run: Run) -> QuerySet[RunFile]:
    """一次监测读的文件。"""
    return RunFile.objects.filter(run=run)


def township_choices(run: Run) -> list[tuple[str, str]]:
    """当期有户的乡镇:代码与名称。取自入库时的分布,不另查库。"""
    rows = [row for row in run.summary.get("townships", []) if row["code"]]
    return sorted((row["code"], row["name"]) for row in rows)


def household_search(run: Run, text: str) -> pl.DataFrame:
    """按户编号(全码,或末尾几位)找户;列为 household_id members score band,至多 20 户。"""
    scores = pl.scan_parquet(Path(run.out_dir) / "household_scores.parquet")
    return (
        scores.filter(pl.col("household_id").str.ends_with(text.upper()))
        .select("household_id", "members", "score", "band")
        .sort("score", descending=True, nulls_last=True)
        .head(SEARCH_LIMIT)
        .collect()
    )


def quarantine(run: Run, *, code: str = "", file: str = "") -> pl.LazyFrame:
    """隔离的行与值:file row column code reason,可按原因、文件筛选;按文件、行号排序。"""
    frame = pl.scan_parquet(Path(run.out_dir) / "quarantine.parquet")
    if code:
        frame = frame.filter(pl.col("code") == code)
    if file:
        frame = frame.filter(pl.col("file") == file)
    return frame.sort("file", "row", "column", nulls_last=False)


def ignored(run: Run, *, code: str = "", file: str = "") -> pl.LazyFrame:
    """忽略的行:file row code reason。"""
    frame = pl.scan_parquet(Path(run.out_dir) / "ignored.parquet")
    if code:
        frame = frame.filter(pl.col("code") == code)
    if file:
        frame = frame.filter(pl.col("file") == file)
    return frame.sort("file", "row")


def household_warning(run: Run, household_id: str) -> HouseholdWarning | None:
    """这一户在这次监测中的预警;没有则为空。"""
    return warnings(run).filter(household_id=household_id).first()


def previous_done(run: Run) -> Run | None:
    """对照用的上一次:优先上期,否则前一次完成的监测。"""
    if run.previous_id:
        return run.previous
    return Run.objects.filter(Q(status=Run.Status.DONE) & Q(number__lt=run.number)).first()
