"""账号与岗位：开设、停用、锁定、授予、收回。每一件都与审计同一事务。"""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.divisions import codes
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.ground.errors import Conflict, ServiceError

from .models import Post, User
from .roles import ROLES, conflicts
from .selectors import posts_in_force


def subject_of(user: User) -> Subject:
    """审计里的账号。"""
    return Subject(kind="access.user", key=str(user.pk), label=str(user))


@transaction.atomic
def account_create(
    *, username: str, password: str, display_name: str, actor: Actor, must_change_password: bool = True
) -> User:
    """开设账号；没有岗位的账号能登录，但什么也看不到。用户名已有时抛 ``Conflict``。"""
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                username, password=password, display_name=display_name, must_change_password=must_change_password
            )
    except IntegrityError as error:
        raise Conflict(f"已有用户名为“{username}”的账号，请换一个。", code="username_taken") from error
    record(
        actor=actor,
        action="access.account_create",
        subject=subject_of(user),
        after={"username": username, "display_name": display_name},
    )
    return user


@transaction.atomic
def account_close(*, user: User, reason: str, actor: Actor) -> None:
    """停用账号：不能再登录，岗位一并收回；记录都留着。"""
    if user.pk == actor.user_id:
        raise Conflict("不能停用自己的账号，请由另一位系统管理员办理。", code="own_account")
    for post in posts_in_force(user):
        _close(post, timezone.localdate())
    user.is_active = False
    user.save(update_fields=["is_active"])
    record(
        actor=actor,
        action="access.account_close",
        subject=subject_of(user),
        before={"is_active": True},
        after={"is_active": False},
        reason=reason,
    )


@transaction.atomic
def account_lock(*, user: User, until: datetime, reason: str, actor: Actor) -> None:
    """锁定账号到某时。"""
    user.locked_until = until
    user.save(update_fields=["locked_until"])
    record(
        actor=actor,
        action="access.account_lock",
        subject=subject_of(user),
        after={"locked_until": until.isoformat()},
        reason=reason,
    )


@transaction.atomic
def account_unlock(*, user: User, reason: str, actor: Actor) -> None:
    """提前解锁。"""
    user.locked_until = None
    user.save(update_fields=["locked_until"])
    record(actor=actor, action="access.account_unlock", subject=subject_of(user), reason=reason)


@transaction.atomic
def password_reset(*, user: User, password: str, actor: Actor, must_change: bool = True) -> None:
    """重设密码；此人已登录的会话随之失效，下次登录须改密码。"""
    user.set_password(password)
    user.must_change_password = must_change
    user.save(update_fields=["password", "must_change_password"])
    record(actor=actor, action="access.password_reset", subject=subject_of(user))


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
    held = {post.role for post in posts_in_force(locked)}
    if clash := conflicts(held, role):
        raise Conflict(
            f"{user}已是“{ROLES[clash].title}”，不能再任“{ROLES[role].title}”：审核、确认、发放须分由不同的人，"
            "系统、安全、审计三员各自独立且不兼业务岗位。请换一个人，或先收回原岗位。",
            code="roles_conflict",
        )
    try:
        with transaction.atomic():
            post = Post.objects.create(
                user=locked,
                role=role,
                organisation=organisation,
                division_code=division_code,
                valid_from=valid_from or timezone.localdate(),
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
    before = _facts(post)
    _close(post, on or timezone.localdate())
    record(
        actor=actor,
        action="access.post_end",
        subject=subject_of(post.user),
        before=before,
        after=_facts(post),
        reason=reason,
    )


def _close(post: Post, on: date) -> None:
    post.valid_to = max(on, post.valid_from)
    post.save(update_fields=["valid_to"])


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
