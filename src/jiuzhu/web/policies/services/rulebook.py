"""手册版本的始末：建草稿、提交、退回、发布、作废。改的人与发布的人不是同一人。"""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.ground.errors import Conflict, NotAllowed, ServiceError
from jiuzhu.web.notices.audience import Audience
from jiuzhu.web.notices.services import notice_send
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.rulebook import content
from jiuzhu.web.policies.rulebook.folders import digest_of, shipped_files
from jiuzhu.web.policies.rulebook.lazily import checking
from jiuzhu.web.policies.selectors import latest_published, next_number, version_folder

from .rulebook_edit import locked, subject_of

PUBLISHERS = ("county_approver", "leader")
CONCERNED = ("county_officer", "county_approver", "county_monitor", "verifier", "leader", "supervisor", "town_reviewer")


@transaction.atomic
def rulebook_draft(*, name: str, note: str = "", division_code: str, actor: Actor, scope: Scope) -> RulebookVersion:
    """从最近发布的一版建一个草稿；还没有发布过，就从随程序发布的文本建，并把那份文本留作对照。"""
    county = division_code[:6].ljust(12, "0")
    if not scope.covers(county):
        raise NotAllowed("规则手册由县里维护，您的岗位不管全县。")
    base = latest_published(county) or _shipped(county)
    number = next_number(county)
    files = content.with_head(base.files, version=f"{timezone.localdate().year}.{number}")
    version = RulebookVersion.objects.create(
        division_code=county,
        number=number,
        name=name,
        note=note,
        based_on=base,
        files=files,
        digest=digest_of(files),
        editors=[actor.user_id] if actor.user_id else [],
        created_by_id=actor.user_id,
    )
    record(
        actor=actor,
        action="policies.rulebook_draft",
        subject=subject_of(version),
        after={"name": name, "based_on": str(base), "digest": version.digest},
    )
    return version


@transaction.atomic
def rulebook_submit(*, version_id: int, note: str, actor: Actor, scope: Scope) -> RulebookVersion:
    """提交草稿。有错、用例不成立、没有改动，或其间别的版本已发布，都不能提交。"""
    version = locked(version_id, scope)
    if not version.can_edit:
        raise Conflict(f"{version}{version.state.label}，不用再提交。", code="not_draft")
    _fresh(version)
    _worth(version)
    found = checking.checked(version.files)
    if not found.ready:
        told = f"有 {len(found.problems)} 处错误" if found.problems else f"有 {found.failed} 个用例不成立"
        raise Conflict(
            f"{version}{told}，没有提交。请改规则；确实要改变结论的，改用例里应有的结论，改动会列在对照里。",
            code="rulebook_not_ready",
        )
    version.submitted_at, version.submitted_by_id = timezone.now(), actor.user_id
    version.note = note or version.note
    version.returned_at, version.returned_by, version.return_reason = None, None, ""
    version.save()
    record(
        actor=actor,
        action="policies.rulebook_submit",
        subject=subject_of(version),
        after={"digest": version.digest, "note": version.note},
    )
    notice_send(
        title=f"规则手册{version}待发布",
        kind="task",
        to=_posts(version.division_code, PUBLISHERS),
        body=f"{actor.name} 提交了规则手册的改动，请对照后发布或退回。{version.note}",
        link=reverse("policies:rulebook", args=[version.pk]),
        actor=actor,
    )
    return version


@transaction.atomic
def rulebook_return(*, version_id: int, reason: str, actor: Actor, scope: Scope) -> RulebookVersion:
    """退回修改，写明原因。"""
    version = locked(version_id, scope)
    _submitted(version)
    if not reason.strip():
        raise ServiceError("请写明为什么退回。还没有退回。", code="no_reason")
    people = {version.submitted_by_id, *version.editors} - {None, actor.user_id}
    version.returned_at, version.returned_by_id, version.return_reason = timezone.now(), actor.user_id, reason
    version.submitted_at, version.submitted_by = None, None
    version.save()
    record(actor=actor, action="policies.rulebook_return", subject=subject_of(version), reason=reason)
    notice_send(
        title=f"规则手册{version}被退回",
        kind="task",
        to=Audience.people([user for user in people if user is not None]),
        body=f"{actor.name}：{reason}",
        link=reverse("policies:rulebook", args=[version.pk]),
        actor=actor,
    )
    return version


@transaction.atomic
def rulebook_publish(*, version_id: int, in_force: date, actor: Actor, scope: Scope) -> RulebookVersion:
    """发布：从 ``in_force`` 起施行。发布人不得是改过、提交过它的人；施行日期不得早于今天。"""
    version = locked(version_id, scope)
    _submitted(version)
    if actor.user_id is None or actor.user_id in {*version.editors, version.submitted_by_id, version.created_by_id}:
        raise NotAllowed("您改过或提交过这一版，须由另一个人发布。", code="same_person")
    if in_force < timezone.localdate():
        raise ServiceError("施行日期不能早于今天：已作出的结论不能照后来的规则改。还没有发布。", code="in_force_past")
    _fresh(version)
    before = version.digest
    version.files = content.with_head(version.files, in_force=in_force)
    version.digest = digest_of(version.files)
    if not checking.checked(version.files).ready:
        raise Conflict("这一版现在有错或有用例不成立，没有发布。请退回修改。", code="rulebook_not_ready")
    version.in_force, version.published_at, version.published_by_id = in_force, timezone.now(), actor.user_id
    version.save()
    record(
        actor=actor,
        action="policies.rulebook_publish",
        subject=subject_of(version),
        before={"digest": before},
        after={"digest": version.digest, "in_force": in_force},
    )
    notice_send(
        title=f"规则手册{version}已发布",
        kind="task",
        to=_posts(version.division_code, CONCERNED),
        body=f"{in_force.year}年{in_force.month}月{in_force.day}日起施行。{version.note}",
        link=reverse("policies:rulebook_diff", args=[version.pk]),
        actor=actor,
    )
    transaction.on_commit(lambda: version_folder(version))
    return version


@transaction.atomic
def rulebook_drop(*, version_id: int, reason: str, actor: Actor, scope: Scope) -> RulebookVersion:
    """草稿不要了；内容还留着，只是不能再改、不能提交。"""
    version = locked(version_id, scope)
    if not version.can_edit:
        raise Conflict(f"{version}{version.state.label}，不能作废。", code="not_draft")
    version.dropped_at = timezone.now()
    version.save(update_fields=["dropped_at"])
    record(actor=actor, action="policies.rulebook_drop", subject=subject_of(version), reason=reason)
    return version


def _shipped(county: str) -> RulebookVersion:
    """随程序发布的文本，在这个县留一份底；内容没有变就用原来那份。"""
    files = shipped_files()
    digest = digest_of(files)
    rows = RulebookVersion.objects.within(Scope(role="system", areas=(county[:6],)))
    kept = rows.filter(shipped=True, digest=digest).first()
    if kept is not None:
        return kept
    first = content.head(files)
    return RulebookVersion.objects.create(
        division_code=county,
        number=next_number(county),
        name="随程序发布的文本",
        files=files,
        digest=digest,
        shipped=True,
        published_at=timezone.now(),
        in_force=first["in_force"],
    )


def _submitted(version: RulebookVersion) -> None:
    if version.state != "submitted":
        raise Conflict(f"{version}现在是“{version.state.label}”，不在等待发布。", code="not_submitted")


def _fresh(version: RulebookVersion) -> None:
    """其间没有发布过别的版本，否则照这一版发布会把那一版的改动丢掉。"""
    latest = latest_published(version.division_code)
    if latest is not None and latest.pk != version.based_on_id:
        raise Conflict(
            f"这个草稿是从{version.based_on}改起的，其间已发布{latest}。请从最近的一版另建草稿，把要改的再改一遍。",
            code="rulebook_stale",
        )


def _worth(version: RulebookVersion) -> None:
    base = version.based_on
    if base is not None and content.with_head(base.files, version="") == content.with_head(version.files, version=""):
        raise Conflict("这个草稿与施行的一版没有不同，不用提交。", code="nothing_changed")


def _posts(division_code: str, roles: tuple[str, ...]) -> Audience:
    chosen = Audience.within(division_code[:6], role=roles[0])
    for role in roles[1:]:
        chosen |= Audience.within(division_code[:6], role=role)
    return chosen
