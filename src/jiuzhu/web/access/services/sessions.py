"""登录着的各处：退出某一处、全部退出；重置第二重验证。"""

from importlib import import_module

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction

from jiuzhu.web.access.models import User
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.ground.errors import Conflict

from .common import need_reason, subject_of


@transaction.atomic
def sessions_end(*, user: User, actor: Actor, only: int | None = None, keep: str = "", reason: str = "") -> int:
    """让此人退出登录，返回退出的处数。``only`` 只退出那一处；``keep`` 是要留下的会话（正在用的这一处）。

    退出别人的，事由必填。
    """
    if user.pk != actor.user_id:
        reason = need_reason(reason)
    rows = UserSession.objects.filter(user=user).exclude(session_key=keep)
    if only is not None:
        rows = rows.filter(pk=only)
    ended = _drop(list(rows))
    record(
        actor=actor, action="access.sessions_end", subject=subject_of(user), after={"sessions": ended}, reason=reason
    )
    return ended


@transaction.atomic
def second_factor_reset(*, user: User, reason: str, actor: Actor) -> None:
    """重置第二重验证：手机丢了、换了时用。下次登录只要密码，须设的随即重新设置；已登录的立即退出。"""
    if user.pk == actor.user_id:
        raise Conflict("不能重置自己的第二重验证，请由另一位安全管理员办理。", code="own_account")
    reason = need_reason(reason)
    removed, _ = Authenticator.objects.filter(user=user).delete()
    if not removed:
        raise Conflict("此人没有设第二重验证，不必重置。", code="no_second_factor")
    drop_sessions(user)
    record(actor=actor, action="access.second_factor_reset", subject=subject_of(user), reason=reason)


def drop_sessions(user: User) -> int:
    """退出此人的全部登录；不记审计，由调用者记。"""
    return _drop(list(UserSession.objects.filter(user=user)))


def _drop(rows: list[UserSession]) -> int:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    for row in rows:
        store.delete(row.session_key)
        row.delete()
    return len(rows)
