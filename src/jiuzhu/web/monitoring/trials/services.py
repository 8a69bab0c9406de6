"""试算能做的事：算一次、把选好的区间存进草稿、采纳一条学得的建议。"""

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from jiuzhu.engine.errors import EngineError
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.ground.errors import Conflict, NotAllowed, ServiceError
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.selectors import in_force_version
from jiuzhu.web.policies.services import rulebook_bands_set, rulebook_points_set

from .models import Trial
from .selectors import next_number

MOST_HOUSEHOLDS = 60_000


@dataclass(frozen=True)
class Choice:
    """样本怎么选：``villages`` 已经选定（随机的已按种子抽好）。"""

    how: str
    villages: Sequence[str]
    seed: int | None = None


def trial_run(*, version: RulebookVersion, run: Run, choice: Choice, note: str, actor: Actor, scope: Scope) -> Trial:
    """在样本村里把 ``version`` 与施行的一版各算一遍，比出进出与分布。

    Raises:
        ServiceError: 一户也没有、样本太大（sample_too_big）、手册有错。
    """
    if not scope.covers(version.division_code) or version.division_code != run.division_code:
        raise NotAllowed("只能用本县的手册、本县的监测来试算。")
    against = against_of(version)
    from .computing import computed  # noqa: PLC0415 载入计算库较慢，试算时才载入

    started = time.monotonic()
    try:
        result = computed(version, against, run, choice.villages, MOST_HOUSEHOLDS)
    except EngineError as error:
        raise ServiceError(error.message, code=error.code, status=409) from error
    with transaction.atomic():
        made = Trial(
            division_code=version.division_code,
            number=next_number(version.division_code),
            version=version,
            version_digest=version.digest,
            against=against,
            against_name=result.against_name,
            against_digest=result.against_digest,
            run=run,
            how=choice.how,
            villages=list(choice.villages),
            seed=choice.seed,
            households=result.households.height,
            figures=result.figures,
            seconds=round(time.monotonic() - started, 2),
            note=note,
            by_id=actor.user_id,
        )
        made.save()
        _keep(made.folder, {"households": result.households, "why": result.why})
        record(
            actor=actor,
            action="trials.trial_run",
            subject=subject_of(made),
            after={
                "against": made.against_name,
                "villages": len(choice.villages),
                "seed": choice.seed,
                "households": made.households,
                "digest": made.version_digest,
            },
        )
    return made


@transaction.atomic
def trial_bands_save(*, trial_id: int, lows: Mapping[str, float], actor: Actor, scope: Scope) -> Trial:
    """把选好的区间存进草稿，并记在这次试算上。"""
    found = _locked(trial_id, scope)
    told = "、".join(f"{low:g}" for low in lows.values())
    rulebook_bands_set(
        version_id=found.version_id, lows=lows, actor=actor, scope=scope, reason=f"{found}：红橙黄蓝从 {told} 分起"
    )
    before, found.chosen = found.chosen, dict(lows)
    found.chosen_at, found.chosen_by_id = timezone.now(), actor.user_id
    found.save(update_fields=["chosen", "chosen_at", "chosen_by"])
    record(
        actor=actor,
        action="trials.bands_save",
        subject=subject_of(found),
        before={"lows": before},
        after={"lows": dict(lows)},
    )
    return found


@transaction.atomic
def suggestion_accept(*, trial_id: int, code: str, points: float, why: str, actor: Actor, scope: Scope) -> Trial:
    """采纳一条学得的建议：把这一项的分值写进草稿。从不自己生效，一条一条由人点。"""
    found = _locked(trial_id, scope)
    rulebook_points_set(
        version_id=found.version_id, code=code, points=points, actor=actor, scope=scope, reason=f"采纳学得的建议：{why}"
    )
    record(
        actor=actor,
        action="trials.suggestion_accept",
        subject=subject_of(found),
        after={"part": f"指标 {code}", "points": points},
        reason=why,
    )
    return found


def against_of(version: RulebookVersion) -> RulebookVersion | None:
    """与哪一版比：今天施行的；它自己就是施行的，就与它从哪一版改起的比；为空即随程序发布的。"""
    now = in_force_version(version.division_code)
    if now is None or now.pk != version.pk:
        return now
    base = version.based_on
    return None if base is None or base.shipped else base


def subject_of(found: Trial) -> Subject:
    """审计里的对象。"""
    return Subject("trials.trial", str(found.pk), str(found))


def _locked(trial_id: int, scope: Scope) -> Trial:
    rows = Trial.objects.within(scope).select_for_update(of=("self",)).select_related("version")
    found = rows.filter(pk=trial_id).first()
    if found is None:
        raise NotAllowed("没有这次试算，或不归您管。", status=404)
    if not found.version.can_edit:
        raise Conflict(f"{found.version}{found.version.state.label}，不能再改。要改请另建一个草稿。", code="not_draft")
    return found


def _keep(folder: Path, frames: Mapping[str, object]) -> None:
    """明细写在旁边再换上；同一编号从前没有记成的，清掉。"""
    fresh = folder.with_name(f".{folder.name}.writing")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, frame in frames.items():
        frame.write_parquet(fresh / f"{name}.parquet")  # type: ignore[attr-defined]
    fresh.rename(folder)
