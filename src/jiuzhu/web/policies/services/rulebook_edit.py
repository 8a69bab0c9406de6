"""改草稿。每改一处记一笔审计；两人同时改，后交的不会盖掉先交的。"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.ground.errors import Conflict, NotAllowed
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.rulebook import content
from jiuzhu.web.policies.rulebook.folders import digest_of


def subject_of(version: RulebookVersion) -> Subject:
    """审计里的对象。"""
    return Subject("policies.rulebookversion", str(version.pk), str(version))


def locked(version_id: int, scope: Scope) -> RulebookVersion:
    """锁住一个版本来办；须管着整个县。"""
    rows = RulebookVersion.objects.within(scope).select_for_update(of=("self",))
    version = rows.filter(pk=version_id).first()
    if version is None or not scope.covers(version.division_code):
        raise NotAllowed("没有这个版本，或不归您管。", status=404)
    return version


@transaction.atomic
def rulebook_change(
    *,
    version_id: int,
    revision: int | None,
    files: Mapping[str, str],
    part: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    actor: Actor,
    scope: Scope,
    reason: str = "",
) -> RulebookVersion:
    """把草稿的内容换成 ``files``。``part`` 是改了哪一项；``revision`` 是改之前看到的改动次数，空则不查。

    Raises:
        Conflict: 已提交、已发布或已作废（not_draft）；别人刚改过（changed_meanwhile）。
    """
    version = locked(version_id, scope)
    if not version.can_edit:
        raise Conflict(f"{version}{version.state.label}，不能再改。要改请另建一个草稿。", code="not_draft")
    if revision is not None and version.revision != revision:
        raise Conflict(
            "您打开这一页之后，别人改过这个草稿。请刷新后看清现在的写法，再改一次。", code="changed_meanwhile"
        )
    digest = digest_of(files)
    if digest == version.digest:
        return version
    version.files, version.digest = dict(files), digest
    version.revision += 1
    version.changed_at = timezone.now()
    if actor.user_id is not None and actor.user_id not in version.editors:
        version.editors = [*version.editors, actor.user_id]
    version.save(update_fields=["files", "digest", "revision", "changed_at", "editors"])
    record(
        actor=actor,
        action="policies.rulebook_change",
        subject=subject_of(version),
        before={"part": part, **(before or {})},
        after={"part": part, **(after or {})},
        reason=reason,
    )
    return version


@transaction.atomic
def rulebook_points_set(
    *, version_id: int, code: str, points: float, actor: Actor, scope: Scope, reason: str
) -> RulebookVersion:
    """只改一项指标的分值，如采纳一条学得的建议。"""
    version = locked(version_id, scope)
    row = content.indicator(version.files, code)
    old = row.values["points"] if row else None
    files = content.with_points(version.files, code, points)
    return rulebook_change(
        version_id=version_id,
        revision=version.revision,
        files=files,
        part=f"指标 {code}",
        before={"points": old},
        after={"points": points},
        actor=actor,
        scope=scope,
        reason=reason,
    )


@transaction.atomic
def rulebook_bands_set(
    *, version_id: int, lows: Mapping[str, float], actor: Actor, scope: Scope, reason: str
) -> RulebookVersion:
    """只改四级区间的下限，如把试算里选好的区间存进草稿。"""
    version = locked(version_id, scope)
    old = {str(row["band"]): row["low"] for row in content.bands(version.files)}
    return rulebook_change(
        version_id=version_id,
        revision=version.revision,
        files=content.with_bands(version.files, lows),
        part="区间",
        before={"lows": old},
        after={"lows": dict(lows)},
        actor=actor,
        scope=scope,
        reason=reason,
    )


@transaction.atomic
def rulebook_rename(*, version_id: int, name: str, note: str, actor: Actor, scope: Scope) -> RulebookVersion:
    """改草稿的名称与说明。"""
    version = locked(version_id, scope)
    if not version.can_edit:
        raise Conflict(f"{version}{version.state.label}，不能再改。", code="not_draft")
    before = {"name": version.name, "note": version.note}
    version.name, version.note = name, note
    version.save(update_fields=["name", "note"])
    record(
        actor=actor,
        action="policies.rulebook_change",
        subject=subject_of(version),
        before=before,
        after={"name": name, "note": note},
    )
    return version
