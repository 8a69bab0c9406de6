"""锁定：一刻钟内连错五次，锁一刻钟；再犯加倍，最长一天。

锁的是用户名，有没有这个账号都一样锁，旁人由此看不出账号在不在。锁记在共用缓存里；确有其人的，
账号上也记一笔（断电不丢），并写入审计。
"""

import hashlib
import time
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access import limits
from jiuzhu.web.access.models import User
from jiuzhu.web.access.selectors import place_of
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record

from .common import need_reason, subject_of

FIRST = timedelta(minutes=15)
LONGEST = timedelta(days=1)
MEMORY = timedelta(days=2)  # 两天没再锁过，从头算起


def failures_key(username: str) -> str:
    """限频用的名字。"""
    return f"sign-in:{username}"


def is_locked(username: str) -> bool:
    """这个用户名现在是否锁着。"""
    if cache.get(_key("lock", username), 0) > time.time():
        return True
    return User.objects.filter(username=username, locked_until__gt=timezone.now()).exists()


@transaction.atomic
def sign_in_failed(*, username: str, actor: Actor, reason: str = "用户名或密码不对") -> None:
    """记一次登录失败；这是第五次的，锁上。没有这个账号时，审计里不记输入的内容（可能是误输的密码）。"""
    user = User.objects.filter(username=username).first()
    subject = subject_of(user) if user else Subject("access.user", "", "没有这个账号")
    actor = actor.at(place_of(user)) if user else actor
    record(actor=actor, action="access.sign_in_failed", subject=subject, reason=reason)
    if not limits.exhausted(failures_key(username), "login_failed"):
        return
    level = cache.get(_key("level", username), 0)
    length = min(FIRST * 2**level, LONGEST)
    cache.set(_key("level", username), level + 1, MEMORY.total_seconds())
    cache.set(_key("lock", username), time.time() + length.total_seconds(), length.total_seconds())
    limits.reset(failures_key(username), "login_failed")
    if user is not None:
        account_lock(user=user, until=timezone.now() + length, reason="连续输错密码", actor=actor)


def sign_in_succeeded(username: str) -> None:
    """登录成了：加倍从头算起。"""
    cache.delete(_key("level", username))


@transaction.atomic
def account_lock(*, user: User, until: datetime, reason: str, actor: Actor) -> None:
    """锁定账号到某时；已登录的不受影响。"""
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
    """提前解锁，错的次数也从头算起。"""
    reason = need_reason(reason)
    user.locked_until = None
    user.save(update_fields=["locked_until"])
    cache.delete_many([_key("lock", user.username), _key("level", user.username)])
    limits.reset(failures_key(user.username), "login_failed")
    record(actor=actor, action="access.account_unlock", subject=subject_of(user), reason=reason)


def _key(what: str, username: str) -> str:
    return f"access:{what}:{hashlib.sha256(username.encode()).hexdigest()}"
