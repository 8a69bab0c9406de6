"""账号：开设、修改、停用、恢复、改密、重设密码。"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from jiuzhu.web.access.models import PasswordRecord, User
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.ground.errors import Conflict

from .common import need_reason, subject_of
from .posts import close_post
from .sessions import drop_sessions

PASSWORDS_KEPT = 5
PASSWORD_FIELDS = ["password", "must_change_password", "password_changed_at"]


@transaction.atomic
def account_create(
    *,
    username: str,
    password: str,
    display_name: str,
    actor: Actor,
    must_change_password: bool = True,
    division_code: str = "",
) -> User:
    """开设账号；没有岗位的账号能登录，但什么也看不到。用户名已有（不分大小写）时抛 ``Conflict``。

    ``division_code`` 是账号归哪里的管理员管；空着的，哪里的管理员都能管，直到有了岗位。
    """
    taken = Conflict(f"已有用户名为“{username}”的账号，请换一个。", code="username_taken")
    if User.objects.filter(username__iexact=username).exists():
        raise taken
    try:
        with transaction.atomic():
            user: User = User.objects.create_user(
                username,
                password=password,
                display_name=display_name,
                must_change_password=must_change_password,
                division_code=division_code,
            )
    except IntegrityError as error:
        raise taken from error
    PasswordRecord.objects.create(user=user, password=user.password)
    after = {"username": username, "display_name": display_name, "division_code": division_code}
    record(actor=actor, action="access.account_create", subject=subject_of(user), after=after)
    return user


@transaction.atomic
def account_change(*, user: User, username: str, display_name: str, actor: Actor, reason: str = "") -> None:
    """改用户名、姓名；没有变化时什么也不写。"""
    row = User.objects.select_for_update().get(pk=user.pk)
    wanted = {"username": username, "display_name": display_name}
    before = {name: getattr(row, name) for name, value in wanted.items() if getattr(row, name) != value}
    if not before:
        return
    if User.objects.filter(username__iexact=username).exclude(pk=row.pk).exists():
        raise Conflict(f"已有用户名为“{username}”的账号，没有修改。请换一个。", code="username_taken")
    after = {name: wanted[name] for name in before}
    for name, value in after.items():
        setattr(row, name, value)
    row.save(update_fields=list(after))
    record(
        actor=actor, action="access.account_change", subject=subject_of(row), before=before, after=after, reason=reason
    )


@transaction.atomic
def account_close(*, user: User, reason: str, actor: Actor) -> None:
    """停用账号：不能再登录，已登录的立即退出，岗位一并收回；记录都留着。"""
    if user.pk == actor.user_id:
        raise Conflict("不能停用自己的账号，请由另一位系统管理员办理。", code="own_account")
    reason = need_reason(reason)
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not locked.is_active:
        raise Conflict("这个账号已经停用，不必再停用。", code="account_closed")
    for post in locked.posts.all():
        if not post.is_over:  # 还没开始的也收回
            close_post(post, timezone.localdate())
    locked.is_active = False
    locked.save(update_fields=["is_active"])
    drop_sessions(locked)
    record(
        actor=actor,
        action="access.account_close",
        subject=subject_of(locked),
        before={"is_active": True},
        after={"is_active": False},
        reason=reason,
    )


@transaction.atomic
def account_reopen(*, user: User, password: str, reason: str, actor: Actor) -> None:
    """恢复停用的账号：用新的初始密码，岗位须由安全管理员重新授予。"""
    reason = need_reason(reason)
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.is_active:
        raise Conflict("这个账号在用，不必恢复。", code="account_open")
    locked.is_active = True
    locked.save(update_fields=["is_active"])
    _write_password(locked, password, must_change=True)
    record(
        actor=actor,
        action="access.account_reopen",
        subject=subject_of(locked),
        before={"is_active": False},
        after={"is_active": True},
        reason=reason,
    )


@transaction.atomic
def password_reset(*, user: User, password: str, actor: Actor, must_change: bool = True, reason: str = "") -> None:
    """重设密码；此人已登录的会话随之失效，下次登录须改密码。自己的密码在“修改密码”里改。"""
    if user.pk == actor.user_id:
        raise Conflict("自己的密码请在“我的账号”里修改。", code="own_account")
    if actor.user_id is not None:  # 命令行没有人可问
        reason = need_reason(reason)
    _write_password(user, password, must_change=must_change)
    drop_sessions(user)
    record(actor=actor, action="access.password_reset", subject=subject_of(user), reason=reason)


@transaction.atomic
def password_change(*, user: User, password: str, actor: Actor) -> None:
    """本人改密码；别处的登录随之失效。密码合不合规矩由表单先查过。"""
    _write_password(user, password, must_change=False)
    record(actor=actor, action="access.password_change", subject=subject_of(user))


def _write_password(user: User, password: str, *, must_change: bool) -> None:
    user.set_password(password)
    user.must_change_password = must_change
    user.password_changed_at = timezone.now()
    user.save(update_fields=PASSWORD_FIELDS)
    PasswordRecord.objects.create(user=user, password=user.password)
    old = PasswordRecord.objects.filter(user=user).order_by("-pk").values("pk")[PASSWORDS_KEPT:]
    PasswordRecord.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
