"""测试里谁在办。"""

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor


def actor(user: User) -> Actor:
    """这个人此刻的身份。"""
    post = user.posts.select_related("organisation").get()
    return Actor(user.pk, str(user), post.pk, post.title, str(post.organisation), "10.0.0.8", "r1")


def scope(user: User) -> Scope:
    """这个人的范围。"""
    return user.posts.get().scope()
