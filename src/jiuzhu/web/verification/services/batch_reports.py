"""批量核对之后成批出报告、导出名单。报告照样逐户核对、逐份存档，排版程序一直是热的。"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.models import Post
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.divisions.selectors import short_path_of
from jiuzhu.web.documents.services import paper_open
from jiuzhu.web.documents.sheets import Column, write_sheet
from jiuzhu.web.ground.errors import Conflict, ServiceError
from jiuzhu.web.ground.jobs import defer
from jiuzhu.web.ground.masking import mask_name
from jiuzhu.web.verification.models import BatchCheck, BatchRow, Check

from .batches import batch_subject
from .checks import check_start
from .reports import report_issue, reports_issue

MOST = 500
AT_ONCE = 10
EVERYTHING = Scope.everything()
COLUMNS = (
    Column("户编号", 20), Column("户主", 10), Column("在哪里", 24), Column("授权书", 22), Column("项目", 22),
    Column("结论", 12), Column("超标的条件", 44), Column("按现有数据算得", 14), Column("核对编号", 20),
    Column("核对报告", 26),
)  # fmt: skip
OPEN = Q(check_run=None, note="")  # 还没有办到的户
NOT_CHECKED = "没有有效授权，没有核对"


def rows_chosen(batch: BatchCheck, chosen: str, scope: Scope) -> QuerySet[BatchRow]:
    """一栏里的户：某种结论的，``none`` 没有有效授权的，空为全部。"""
    rows = BatchRow.objects.within(scope).filter(batch=batch)
    if chosen == "none":
        return rows.filter(authorised=False)
    return rows.filter(authorised=True, conclusion=chosen) if chosen in Check.Conclusion.values else rows


def batch_reports_start(*, batch: BatchCheck, chosen: str, actor: Actor, scope: Scope) -> BatchCheck:
    """给一栏里还没有报告的户出报告，交后台去做；一次至多五百份。

    Raises:
        Conflict: 正在出（reports_running），没有要出的（nothing_to_report）。
    """
    with transaction.atomic():
        locked = BatchCheck.objects.within(scope).select_for_update(of=("self",)).get(pk=batch.pk)
        if locked.papers_running:
            raise Conflict("这张名单正在出报告，请等它出完。", code="reports_running")
        wanted: list[Any] = list(_wanted(locked, chosen, scope).values_list("pk", flat=True)[:MOST])
        if not wanted or actor.post_id is None:
            raise Conflict("这一栏没有还要出报告的户。", code="nothing_to_report")
        locked.papers_at, locked.papers_name = timezone.now(), actor.name[:60]
        locked.papers_wanted, locked.papers_done, locked.papers_fault = len(wanted), 0, ""
        locked.save(update_fields=["papers_at", "papers_name", "papers_wanted", "papers_done", "papers_fault"])
        defer("verification_batch_reports", queue="default", batch_id=locked.pk, rows=wanted, post_id=actor.post_id)
        record(
            actor=actor,
            action="verification.batch_reports",
            subject=batch_subject(locked),
            after={"rows": len(wanted)},
        )
    return locked


def batch_reports_run(*, batch_id: int, rows: Sequence[int], post_id: int) -> None:
    """几户一个事务：逐户核对，一起出报告，记在名单上。办不成的写明原因；中断后再来，办过的不再办。"""
    post = Post.objects.select_related("user", "organisation").get(pk=post_id)
    batch = BatchCheck.objects.within(EVERYTHING).filter(pk=batch_id)
    if not post.in_force():
        batch.update(papers_fault="发起人的岗位已经停用，报告没有出完。")
        return
    wanted, programmes = BatchRow.objects.within(EVERYTHING).filter(pk__in=rows), batch.get().programmes
    batch.update(papers_done=wanted.exclude(OPEN).count())
    left = wanted.filter(OPEN).select_related("household__head", "authorisation").order_by("pk")
    for some in batched(list(left), AT_ONCE, strict=False):
        with transaction.atomic():
            _some(some, programmes, _actor(post), post.scope())
            batch.update(papers_done=F("papers_done") + len(some))


def batch_export(*, batch: BatchCheck, chosen: str, spoken: str, actor: Actor, scope: Scope) -> bytes:
    """名单的 XLSX，一户一个项目一行。太频繁抛 ``TooMany``。"""
    limit(f"user:{actor.user_id}", "export")
    rows = rows_chosen(batch, chosen, scope).select_related("household__head", "authorisation", "check_run__paper")
    with transaction.atomic():
        record(
            actor=actor,
            action="verification.batch_export",
            subject=batch_subject(batch),
            after={"rows": rows.count()},
        )
    return write_sheet(
        columns=COLUMNS,
        rows=_lines(rows, dict(_titles(batch))),
        title="批量核对",
        actor=actor,
        filters={"哪一栏": spoken, "数据": f"第 {batch.run_number} 次监测"},
    )


def papers_zip(*, batch: BatchCheck, chosen: str, actor: Actor, scope: Scope) -> Iterator[bytes]:
    """一栏里已出的报告打成一个压缩包，边取边发。每份都记取阅。"""
    rows = rows_chosen(batch, chosen, scope).filter(check_run__paper__isnull=False)
    papers = [row.check_run.paper for row in rows.select_related("check_run__paper")[:MOST] if row.check_run]
    if not papers:
        raise Conflict("这一栏还没有出过报告。", code="nothing_to_report")
    limit(f"user:{actor.user_id}", "export")
    return _zipped([paper for paper in papers if paper], actor, scope)


def _zipped(papers: Sequence[Any], actor: Actor, scope: Scope) -> Iterator[bytes]:
    pipe = _Pipe()
    with scope.applied(), zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for paper in papers:
            content = b"".join(paper_open(paper=paper, actor=actor, reason="成批下载核对报告"))
            archive.writestr(f"{paper.number}.pdf", content)
            yield pipe.taken()
    yield pipe.taken()


class _Pipe(io.RawIOBase):
    """只进不回头的文件：写进来的取走。"""

    def __init__(self) -> None:
        super().__init__()
        self._kept: list[bytes] = []

    def writable(self) -> bool:
        """可以写。"""
        return True

    def write(self, data: Any) -> int:
        """收下。"""
        self._kept.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """取走现有的。"""
        found, self._kept = b"".join(self._kept), []
        return found


def _wanted(batch: BatchCheck, chosen: str, scope: Scope) -> QuerySet[BatchRow]:
    return rows_chosen(batch, chosen, scope).filter(authorised=True, check_run=None)


def _actor(post: Post) -> Actor:
    return Actor(
        user_id=post.user_id, name=str(post.user), post_id=post.pk, post=post.title,
        organisation=str(post.organisation), division_code=post.division_code,
    )  # fmt: skip


def _some(rows: Sequence[BatchRow], programmes: Sequence[str], actor: Actor, scope: Scope) -> None:
    """几户。一起出不成的（一户的名字印不出），再逐户出。"""
    for row in rows:
        _checked(row, programmes, actor, scope)
    made = [row.check_run for row in rows if row.check_run]
    try:
        with transaction.atomic():
            reports_issue(checks=made, actor=actor, scope=scope)
    except ServiceError:
        for row in rows:
            _reported(row, actor, scope)
    BatchRow.objects.within(EVERYTHING).bulk_update(rows, ["check_run", "note"])


def _checked(row: BatchRow, programmes: Sequence[str], actor: Actor, scope: Scope) -> None:
    try:
        with transaction.atomic():
            assert row.authorisation is not None
            row.check_run = check_start(
                household=row.household, programmes=programmes, authorisation=row.authorisation, actor=actor,
                scope=scope,
            )  # fmt: skip
    except ServiceError as error:
        row.note = error.message[:200]


def _reported(row: BatchRow, actor: Actor, scope: Scope) -> None:
    if row.check_run is None:
        return
    try:
        with transaction.atomic():
            report_issue(check=row.check_run, actor=actor, scope=scope)
    except ServiceError as error:
        row.note = error.message[:200]


def _titles(batch: BatchCheck) -> list[tuple[str, str]]:
    from jiuzhu.web.verification.selectors import programme_choices  # noqa: PLC0415 选择器在服务之后载入

    return programme_choices(batch.division_code)


def _lines(rows: QuerySet[BatchRow], titles: dict[str, str]) -> Iterator[list[Any]]:
    for row in rows.iterator(chunk_size=2000):
        head, run = row.household.head, row.check_run
        who = [
            row.household.household_id,
            mask_name(head.name) if head else "不详",
            short_path_of(row.division_code),
            row.authorisation.number if row.authorisation else "",
        ]
        papers = [run.number if run else "", run.paper.number if run and run.paper else row.note]
        if not row.authorised:
            yield [*who, "", NOT_CHECKED, "", "", *papers]
        for code, told in row.conclusions.items():
            label = str(Check.Conclusion(told["conclusion"]).label)
            amount = float(told["amount"]) if told.get("amount") and told["conclusion"] == "fits" else None
            yield [*who, titles.get(code, code), label, "、".join(told["over"]), amount, *papers]
