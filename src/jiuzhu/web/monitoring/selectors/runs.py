"""监测结果的读取。页面只从这里取数，一律按范围；监测完成之前的半成品不给看。"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
from django.db.models import QuerySet

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.monitoring.models import Finding, HouseholdWarning, Run, RunFile, RunSchedule
from jiuzhu.web.monitoring.places import household_places

SEARCH_LIMIT = 20
ID_PATTERN = r"[A-Z0-9]{1,40}"


def every_run() -> QuerySet[Run]:
    """全部监测，不论哪个县：只给后台任务与启动准备用。"""
    return Run.objects.within(Scope.everything())


def any_run() -> bool:
    """是否曾发起过监测(不论成败)。启动准备用。"""
    return every_run().exists()


def latest_run(scope: Scope) -> Run | None:
    """本县最近一次完成的监测，重演的不算;没有则为空。"""
    return with_shown(done_runs(scope).filter(is_replay=False).first(), scope)


def done_run(scope: Scope, number: int | None) -> Run | None:
    """指定编号的、已完成的监测;不给编号取最近一次;没有则为空。"""
    if number is None:
        return latest_run(scope)
    return with_shown(done_runs(scope).filter(number=number).first(), scope)


def done_runs(scope: Scope) -> QuerySet[Run]:
    """本县完成了的监测，新的在前；规则手册目录与分布是大字段，用 ``with_shown`` 补上。"""
    rows = Run.objects.within(scope).filter(status=Run.Status.DONE).select_related("previous", "started_by")
    return rows.defer("rulebook", "summary", "previous__rulebook", "previous__summary")


def is_latest(scope: Scope, run: Run) -> bool:
    """是不是本县最近一次完成的监测，重演的不算。"""
    return done_runs(scope).filter(is_replay=False).values_list("pk", flat=True).first() == run.pk


def with_shown(run: Run | None, scope: Scope) -> Run | None:
    """补上规则手册目录与分布，以及这个范围看得到的分布 ``shown``：管全县的看入库时算好的，乡镇和村按所辖另数。"""
    if run is not None:
        run.rulebook, run.summary = _kept(run.pk, run.out_dir)
        run.shown = run.summary if sees_whole(run, scope) else dict(_shown(run.out_dir, run.pk, scope.areas))
    return run


def sees_whole(run: Run, scope: Scope) -> bool:
    """这个范围是否管着监测的整个县。"""
    return scope.covers(run.division_code)


@lru_cache(maxsize=16)
def _kept(run_id: int, out_dir: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """完成的监测不再改动：两个大字段一个进程只取一次。结果文件夹只为换了数据库时不认错。"""
    return every_run().values_list("rulebook", "summary").get(pk=run_id)


@lru_cache(maxsize=256)
def _shown(out_dir: str, run_id: int, areas: tuple[str, ...]) -> dict[str, Any]:
    from jiuzhu.web.monitoring.services.summarise import summarise_areas  # noqa: PLC0415 乡镇的人来看时才用到

    if not areas:
        return {}
    return summarise_areas(Path(out_dir), _kept(run_id, out_dir)[0], areas)


def active_run(scope: Scope) -> Run | None:
    """本县正在排队或进行的监测。"""
    return Run.objects.within(scope).filter(status__in=Run.ACTIVE).first()


def last_run(scope: Scope) -> Run | None:
    """本县最近发起的一次监测,不论成败。"""
    return Run.objects.within(scope).first()


def runs(scope: Scope) -> QuerySet[Run]:
    """本县全部监测,新的在前;不取大字段。"""
    return Run.objects.within(scope).select_related("started_by", "previous").defer("rulebook")


def schedule(scope: Scope) -> RunSchedule | None:
    """本县自动监测的约定;没有设过为空。"""
    return RunSchedule.objects.within(scope).first()


def warnings(scope: Scope, run: Run) -> QuerySet[HouseholdWarning]:
    """一次监测里所辖的预警,重的在前。"""
    return HouseholdWarning.objects.within(scope).filter(run=run)


def findings(scope: Scope, run: Run) -> QuerySet[Finding]:
    """一次监测里所辖的数据发现。"""
    return Finding.objects.within(scope).filter(run=run)


def files(scope: Scope, run: Run) -> QuerySet[RunFile]:
    """一次监测读的文件。"""
    return RunFile.objects.within(scope).filter(run=run)


def township_choices(run: Run) -> list[tuple[str, str]]:
    """当期有户的乡镇:代码与名称,只列所辖。取自分布,不另查库。"""
    rows = [row for row in run.shown.get("townships", []) if row["code"]]
    return sorted((row["code"], row["name"]) for row in rows)


def household_search(scope: Scope, run: Run, text: str) -> pl.DataFrame:
    """按户编号(全码,或末尾几位)在所辖之内找户;列为 household_id members score band,至多 20 户。"""
    scores = pl.scan_parquet(Path(run.out_dir) / "household_scores.parquet")
    found = scores.filter(pl.col("household_id").str.ends_with(text.upper())).select(
        "household_id", "members", "score", "band"
    )
    if not sees_whole(run, scope):
        found = found.join(seen_households(scope, run).lazy(), on="household_id", how="semi")
    return found.sort("score", descending=True, nulls_last=True).head(SEARCH_LIMIT).collect()


def seen_households(scope: Scope, run: Run) -> pl.DataFrame:
    """所辖的户编号，一列 household_id。"""
    inside = [pl.col("village_code").str.starts_with(area) for area in scope.areas]
    keep = pl.any_horizontal(inside) if inside else pl.lit(value=False)
    return household_places(Path(run.out_dir)).filter(keep).select("household_id")


def household_seen(scope: Scope, run: Run, household_id: str) -> bool:
    """这次监测里有这一户，且在所辖之内。"""
    out = Path(run.out_dir)
    same = pl.col("household_id") == household_id
    if sees_whole(run, scope):
        return bool(pl.scan_parquet(out / "household_scores.parquet").filter(same).select(pl.len()).collect().item())
    people = pl.scan_parquet(out / "people.parquet").filter(same).select("village_code").drop_nulls().head(1).collect()
    return not people.is_empty() and scope.covers(people["village_code"][0])


def quarantine(run: Run, *, code: str = "", file: str = "") -> pl.LazyFrame:
    """隔离的行与值:file row column code reason,可按原因、文件筛选;按文件、行号排序。"""
    return _filtered(run, "quarantine", code, file).sort("file", "row", "column", nulls_last=False)


def ignored(run: Run, *, code: str = "", file: str = "") -> pl.LazyFrame:
    """忽略的行:file row code reason。"""
    return _filtered(run, "ignored", code, file).sort("file", "row")


def _filtered(run: Run, part: str, code: str, file: str) -> pl.LazyFrame:
    frame = pl.scan_parquet(Path(run.out_dir) / f"{part}.parquet")
    if code:
        frame = frame.filter(pl.col("code") == code)
    if file:
        frame = frame.filter(pl.col("file") == file)
    return frame


def household_warning(scope: Scope, run: Run, household_id: str) -> HouseholdWarning | None:
    """这一户在这次监测中的预警;没有则为空。"""
    return warnings(scope, run).filter(household_id=household_id).first()


def previous_done(scope: Scope, run: Run) -> Run | None:
    """对照用的上一次:优先上期,否则前一次完成的监测。"""
    return with_shown(_before(scope, run).first(), scope)


def previous_id(scope: Scope, run: Run) -> int | None:
    """对照用的上一次的主键；没有则为空。"""
    return run.previous_id or _before(scope, run).values_list("pk", flat=True).first()


def _before(scope: Scope, run: Run) -> QuerySet[Run]:
    earlier = done_runs(scope)
    return (
        earlier.filter(pk=run.previous_id)
        if run.previous_id
        else earlier.filter(number__lt=run.number, is_replay=False)
    )
