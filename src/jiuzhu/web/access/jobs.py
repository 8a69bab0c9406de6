"""定时清理：过期的缓存、会话、登录记录。"""

from django.contrib.sessions.models import Session
from django.utils import timezone
from procrastinate.contrib.django import app

from .cache import tidy


@app.periodic(cron="*/30 * * * *")
@app.task(queue="upkeep", queueing_lock="cache_tidy", pass_context=False)
def cache_tidy(timestamp: int) -> None:
    """每半小时清一次过期的缓存。"""
    tidy()


@app.periodic(cron="40 18 * * *")
@app.task(queue="upkeep", queueing_lock="sessions_tidy", pass_context=False)
def sessions_tidy(timestamp: int) -> None:
    """每天北京时间 2:40 清掉过期的会话与对应的登录记录。"""
    from allauth.usersessions.models import UserSession  # noqa: PLC0415

    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
