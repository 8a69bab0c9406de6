"""批量核对一张名单：一个地方、一类在册对象或导入的证件号，只核对授权书仍有效、全家签了的户。"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.ground.errors import NotAllowed
from jiuzhu.web.ground.jobs import defer
from jiuzhu.web.policies.selectors import rulebook_folder
from jiuzhu.web.registry.models import Household, Person
from jiuzhu.web.verification.errors import VerificationError
from jiuzhu.web.verification.models import Authorisation, BatchCheck, BatchRow
from jiuzhu.web.verification.results import latest_results

from .lists import list_read

if TYPE_CHECKING:
    import polars as pl

EVERYTHING = Scope.everything()
WORST = ("over", "undecided", "fits", "unfit")  # 分栏：有超标的、有判断不了的、有一个项目符合的、都不符合的
ROWS = 2000


@dataclass(frozen=True)
class ListFile:
    """导入的名单：文件名与内容。"""

    name: str
    data: bytes


def batch_start(
    *,
    area: str,
    programmes: Sequence[str],
    actor: Actor,
    scope: Scope,
    listed: str = "",
    file: ListFile | None = None,
) -> BatchCheck:
    """发起，交后台去做。``area`` 是县（6位）、乡镇（9位）或村（12位）的代码；给了 ``file`` 就核对它里面的户。"""
    if not scope.covers(area.ljust(12, "0")) or len(area) not in {6, 9, 12}:
        raise NotAllowed("这个地方不归您当前的岗位管，没有发起。", code="outside_area")
    if not programmes:
        raise VerificationError("请至少选一个要核对的项目。", code="incomplete")
    picked = list_read(data=file.data, name=file.name, area=area) if file else None
    if picked is not None and not picked.homes:
        faults = "；".join(f"第 {fault['row']} 行{fault['text']}" for fault in picked.faults[:3])
        raise VerificationError(f"名单里一户也没有找到，没有发起。{faults}。", code="nobody_found")
    with transaction.atomic():
        made = BatchCheck.objects.create(
            division_code=f"{area[:6]}000000", area=area, listed="" if picked else listed,
            programmes=list(dict.fromkeys(programmes)), started_at=timezone.now(), started_name=actor.name[:60],
            picked=picked.homes if picked else None, file_name=file.name[:120] if file else "",
            file_rows=picked.rows if picked else 0, faults=picked.faults if picked else [],
        )  # fmt: skip
        made.job_id = defer("verification_batch", queue="default", batch_id=made.pk)
        made.save(update_fields=["job_id"])
        facts = {"programmes": made.programmes, "rows": made.file_rows, "faults": len(made.faults)}
        record(actor=actor, action="verification.batch_start", subject=batch_subject(made), after=facts)
    return made


def batch_run(*, batch_id: int) -> BatchCheck:
    """做一次。没有监测过的写明原因；重做时从头来。"""
    batch = BatchCheck.objects.within(EVERYTHING).get(pk=batch_id)
    results = latest_results(batch.division_code)
    if results is None:
        batch.error_text, batch.done_at = "县里还没有做过监测，没有数据可以比对。", timezone.now()
        batch.save(update_fields=["error_text", "done_at"])
        return batch
    from jiuzhu.engine.verification_batch import check_many  # noqa: PLC0415 引擎载入较慢

    homes = listed_homes(batch)
    allowed = authorised(homes, batch.programmes)
    started = time.perf_counter()
    folder = rulebook_folder(batch.division_code)
    found = check_many(results.out, sorted(homes[pk].household_id for pk in allowed), batch.programmes, rulebook=folder)
    batch.milliseconds = round((time.perf_counter() - started) * 1000)
    told = _told(found)
    with transaction.atomic():
        BatchRow.objects.within(EVERYTHING).filter(batch=batch).delete()
        BatchRow.objects.bulk_create(_rows(batch, homes, allowed, told), batch_size=ROWS)
        batch.total, batch.unauthorised = len(homes), len(homes) - len(allowed)
        batch.run_number, batch.done_at = results.number, timezone.now()
        batch.save(update_fields=["milliseconds", "total", "unauthorised", "run_number", "done_at", "error_text"])
        record(
            actor=Actor.system("批量核对", division_code=batch.division_code),
            action="verification.batch_done",
            subject=batch_subject(batch),
            after={"total": batch.total, "unauthorised": batch.unauthorised},
        )
    return batch


def listed_homes(batch: BatchCheck) -> dict[int, Household]:
    """名单：导入的户；不然是这个地方、现在在这一类的户，不分类的全要。"""
    area = Scope(role="system", areas=(batch.area,))
    rows = Household.objects.within(area).only("household_id", "division_code")
    if batch.picked is not None:
        rows = rows.filter(pk__in=batch.picked)
    elif batch.listed:
        rows = rows.filter(classes__contains=[batch.listed])
    return {row.pk: row for row in rows}


def authorised(homes: Collection[int], programmes: Sequence[str]) -> dict[int, int]:
    """今天有有效授权、写明这些项目、在世成员都签了的户 → 那份授权书。一次查完，不逐户查。"""
    today = timezone.localdate()
    letters = Authorisation.objects.within(EVERYTHING).filter(
        household__in=list(homes), withdrawn_at=None, valid_from__lte=today, valid_until__gte=today,
        programmes__contains=list(programmes),
    )  # fmt: skip
    signed = [(row.household_id, row.signed_ids, row.pk) for row in letters]
    living: dict[int, set[str]] = defaultdict(set)
    people = Person.objects.within(EVERYTHING).filter(
        household__in=[home for home, _, _ in signed], alive=True, merged_into=None
    )
    for home, person in people.values_list("household_id", "person_id"):
        living[home].add(person)
    return {home: letter for home, ids, letter in reversed(signed) if living[home] <= ids}


def _told(found: "pl.DataFrame") -> dict[str, dict[str, dict[str, object]]]:
    """户 → 项目 → 最重的结论与超标的条件。"""
    told: dict[str, dict[str, dict[str, object]]] = defaultdict(dict)
    for row in found.iter_rows(named=True):
        known = told[row["household_id"]].get(row["programme"])
        if known is None or WORST.index(row["conclusion"]) < WORST.index(str(known["conclusion"])):
            told[row["household_id"]][row["programme"]] = {
                "conclusion": row["conclusion"],
                "over": row["over"],
                "amount": "" if row["amount"] is None else f"{row['amount']:.2f}",
            }
    return told


def _rows(
    batch: BatchCheck,
    homes: dict[int, Household],
    allowed: Mapping[int, int],
    told: dict[str, dict[str, dict[str, object]]],
) -> Iterator[BatchRow]:
    for pk, home in homes.items():
        each = told.get(home.household_id, {}) if pk in allowed else {}
        worst = min((str(row["conclusion"]) for row in each.values()), key=WORST.index, default="")
        yield BatchRow(
            batch=batch, household_id=pk, division_code=home.division_code, authorised=pk in allowed,
            authorisation_id=allowed.get(pk), conclusion=worst, conclusions=each,
        )  # fmt: skip


def batch_subject(batch: BatchCheck) -> Subject:
    """审计里怎么称呼。"""
    return Subject("verification.batch", str(batch.pk), str(batch))
