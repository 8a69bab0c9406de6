"""重放一次核对：用那时的手册、那次监测的数据再算一遍，与存下的逐分相比（社会救助法第76条：决定要说得清）。"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.ground.errors import Conflict, NotAllowed
from jiuzhu.web.verification.compared import conclusion_rows, finding_of, source_rows
from jiuzhu.web.verification.errors import VerificationError
from jiuzhu.web.verification.models import Check, Finding
from jiuzhu.web.verification.results import results_of_run, rulebook_then
from jiuzhu.web.verification.subjects import check_subject

if TYPE_CHECKING:
    from jiuzhu.engine.verification import CheckResult

EVERYTHING = Scope.everything()
GONE = "那时的{what}已经不在了，不能重放；存下的结果和报告没有变，仍可查看。"
TOLD = ("severity", "source", "item", "programme", "text", "figure", "article", "person_id", "evidence")


@dataclass(frozen=True)
class Replayed:
    """``differences`` 是对不上的各项，空即逐分相同；``conclusions`` 是比了几个结论，``findings`` 是几项发现。"""

    differences: tuple[str, ...]
    conclusions: int
    findings: int

    @property
    def equal(self) -> bool:
        """逐分相同。"""
        return not self.differences


def check_replay(*, check: Check, actor: Actor, scope: Scope) -> Replayed:
    """只读，不改存下的结果；重放过、同不同，记一笔。

    Raises:
        NotAllowed: 不归当前岗位管（outside_area）。
        VerificationError: 授权已经撤回（not_authorised）。
        Conflict: 那时的手册或监测结果不在了（replay_gone）。
    """
    if not scope.covers(check.division_code):
        raise NotAllowed("这一户不归您当前的岗位管，没有重放。", code="outside_area")
    if check.authorisation.withdrawn_at is not None:
        raise VerificationError("授权书已经撤回，不再读这一户的数据；当时的结果还在。", code="not_authorised")
    compared = _again(check)
    findings = list(Finding.objects.within(EVERYTHING).filter(check_run=check).order_by("position"))
    found = Replayed(tuple(_differences(check, findings, compared)), len(check.conclusions), len(findings))
    with transaction.atomic():
        record(
            actor=actor, action="verification.check_replay", subject=check_subject(check),
            after={"equal": found.equal, "rows": len(found.differences)},
        )  # fmt: skip
    return found


def _again(check: Check) -> "CheckResult":
    from jiuzhu.engine import verification  # noqa: PLC0415 引擎载入较慢

    results = results_of_run(check.division_code, check.run_number)
    if results is None or not (results.out / "members.parquet").is_file():
        raise Conflict(GONE.format(what="监测结果"), code="replay_gone")
    book = rulebook_then(results, check.division_code, check.rulebook_digest)
    if book is None:
        raise Conflict(GONE.format(what="规则手册"), code="replay_gone")
    return verification.check(
        results.out,
        check.household.household_id,
        check.programmes,
        rulebook=book,
        obligors=check.obligors,
        answers=check.said,
    )


def _differences(check: Check, findings: list[Finding], compared: "CheckResult") -> Iterable[str]:
    """对不上的：结论（连同金额）、各来源的行、发现。"""
    now = {(row["title"], row["person_id"]): _stored(row) for row in conclusion_rows(compared)}
    before = {(row["title"], row["person_id"]): row for row in check.conclusions}
    yield from (f"{key[0]}的结论" for key in dict.fromkeys([*before, *now]) if before.get(key) != now.get(key))
    stored = {row["source"]: _plain(row) for row in check.sources}
    again = {row["source"]: _plain(row) for row in source_rows(compared, {})}
    yield from (f"来源“{row['title']}”" for name, row in again.items() if stored.get(name) != row)
    made = [finding_of(check, at, seen, {}) for at, seen in enumerate(compared.seen, start=1)]
    if [_told(row) for row in findings] != [_told(row) for row in made]:
        yield "发现"


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """数据日期随新来的一批变，不比。"""
    return _stored({key: value for key, value in row.items() if key not in {"data_date", "received"}})


def _told(row: Finding) -> tuple[Any, ...]:
    return tuple(_stored(getattr(row, name)) for name in TOLD)


def _stored(value: Any) -> Any:
    """存进数据库再取出来的样子：元组成了列表。"""
    return json.loads(json.dumps(value, ensure_ascii=False))
