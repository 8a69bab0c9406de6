"""岗位：授予、收回。"""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.roles import ROLES, conflicts
from jiuzhu.web.access.selectors import posts_in_force
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.divisions import codes
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.ground.errors import Conflict, ServiceError

from .common import need_reason, subject_of

SEPARATION = "审核、确认、发放须分由不同的人，系统、安全、审计三员各自独立且不兼业务岗位。"


@transaction.atomic
def post_grant(
    *,
    user: User,
    role: str,
    organisation: Organisation,
    division_code: str,
    actor: Actor,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Post:
    """授予岗位。片区级别、单位类别须与角色相配；与已有岗位相冲突（三权、三员）时不授予。"""
    if user.pk == actor.user_id:
        raise Conflict("不能给自己授予岗位，请由另一位安全管理员办理。", code="own_account")
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not locked.is_active:
        raise Conflict("这个账号已停用，不能授予岗位。", code="account_closed")
    _check_post(role, organisation, division_code)
    begins = valid_from or timezone.localdate()
    if valid_to is not None and valid_to <= begins:
        raise ServiceError("终止日期应在起始日期之后，没有授予。请改日期后再试。", code="bad_dates")
    held = {post.role for post in posts_in_force(locked)} | _coming(locked)
    if clash := conflicts(held, role):
        raise Conflict(
            f"{user}已是“{ROLES[clash].title}”，不能再任“{ROLES[role].title}”：{SEPARATION}请换一个人，或先收回原岗位。",
            code="roles_conflict",
        )
    try:
        with transaction.atomic():
            post = Post.objects.create(
                user=locked,
                role=role,
                organisation=organisation,
                division_code=division_code,
                valid_from=begins,
                valid_to=valid_to,
            )
    except IntegrityError as error:
        raise Conflict(f"{user}已有同样的岗位。", code="post_exists") from error
    record(actor=actor, action="access.post_grant", subject=subject_of(locked), after=_facts(post))
    return post


@transaction.atomic
def post_end(*, post: Post, reason: str, actor: Actor, on: date | None = None) -> None:
    """收回岗位：从 ``on``（默认今天）起无效，正在用它的会话下一次请求就换岗。"""
    if post.user_id == actor.user_id:
        raise Conflict("不能收回自己的岗位，请由另一位安全管理员办理。", code="own_account")
    reason = need_reason(reason)
    row = Post.objects.select_for_update(of=("self",)).select_related("organisation", "user").get(pk=post.pk)
    if row.is_over:
        raise Conflict("这个岗位已经收回，不必再收。", code="post_ended")
    before = _facts(row)
    close_post(row, on or timezone.localdate())
    record(
        actor=actor,
        action="access.post_end",
        subject=subject_of(row.user),
        before=before,
        after=_facts(row),
        reason=reason,
    )


def close_post(post: Post, on: date) -> None:
    """写上终止日期；不记审计，由调用者记。"""
    post.valid_to = max(on, post.valid_from)
    post.save(update_fields=["valid_to"])


def _coming(user: User) -> set[str]:
    """已授予而尚未开始的岗位，也不许相冲突。"""
    return set(Post.objects.filter(user=user, valid_from__gt=timezone.localdate()).values_list("role", flat=True))


def _check_post(role: str, organisation: Organisation, division_code: str) -> None:
    definition = ROLES.get(role)
    if definition is None:
        raise ServiceError(f"没有代码为“{role}”的角色。", code="unknown_role")
    if codes.level_of(division_code) not in definition.levels:
        titles = "、".join(codes.TITLES[codes.Level(level)] for level in definition.levels)
        raise ServiceError(f"“{definition.title}”的片区应是{titles}，现在给的不是。", code="wrong_area")
    if definition.organisation_kinds and organisation.kind not in definition.organisation_kinds:
        raise ServiceError(
            f"“{definition.title}”只能设在相应的单位，{organisation}不是。请换一个单位。", code="wrong_organisation"
        )


def _facts(post: Post) -> dict[str, str]:
    return {
        "role": post.role,
        "organisation": str(post.organisation),
        "division_code": post.division_code,
        "valid_from": post.valid_from.isoformat(),
        "valid_to": post.valid_to.isoformat() if post.valid_to else "",
    }


@transaction.atomic
def post_choose(*, post: Post, before: Post | None, actor: Actor) -> None:
    """记下换了岗位；换的动作在会话里。"""
    record(
        actor=actor,
        action="access.post_switch",
        subject=subject_of(post.user),
        before={"role": before.role, "organisation": str(before.organisation)} if before else None,
        after={"role": post.role, "organisation": str(post.organisation)},
    )
