"""限频：全系统一个办法（allauth 的滑动窗口，记在共用缓存里，几个网页进程合起来算）。

limit(request, "unmask")        # 按账号或来访地址，视 rates.RATES 而定
limit("某个名字", "report")      # 没有请求时，按名字
"""

import time
from typing import Any

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

from jiuzhu.web.ground.errors import ServiceError

from .rates import RATES, TITLES

APP = "allauth.account"


class TooMany(ServiceError):
    """做得太频繁。``context["seconds"]`` 是还要等几秒。"""

    code = "too_many"
    status = 429


def limit(who: HttpRequest | str, action: str) -> None:
    """记一次；超过上限抛 ``TooMany``，说明还要等多久。"""
    arguments = _arguments(who, action)
    if not ratelimit.consume(**arguments, limit_get=True):
        seconds = _wait(arguments)
        raise TooMany(
            f"{TITLES.get(action, '这件事')}太频繁，这一次没有办。请过{spoken(seconds)}再试。", seconds=seconds
        )


def exhausted(who: HttpRequest | str, action: str) -> bool:
    """再来一次就会被拒；本身不记次数。"""
    return not ratelimit.consume(**_arguments(who, action), limit_get=True, dry_run=True)


def reset(who: HttpRequest | str, action: str) -> None:
    """从头算起。"""
    ratelimit.clear(**_arguments(who, action))


def spoken(seconds: float) -> str:
    """``40 秒``、``5 分钟``、``2 小时``。"""
    if seconds < 60:
        return f" {max(1, round(seconds))} 秒"
    minutes = -(-seconds // 60)
    return f" {minutes:.0f} 分钟" if minutes < 120 else f" {-(-minutes // 60):.0f} 小时"


def _arguments(who: HttpRequest | str, action: str) -> dict[str, Any]:
    if action not in RATES:
        raise ValueError(f"没有为 {action} 定上限：请在 access/rates.py 里写明")
    if isinstance(who, HttpRequest):
        return {"request": who, "app": APP, "action": action}
    rates = [part for part in RATES[action].split(",") if part.endswith("/key")] or [RATES[action]]
    keyed = ",".join("/".join([*rate.split("/")[:2], "key"]) for rate in rates)
    return {"request": None, "app": APP, "action": action, "key": who, "config": {action: keyed}}


def _wait(arguments: dict[str, Any]) -> float:
    """最早那一次滑出窗口还要几秒。"""
    waits, now = [1.0], time.time()
    config = arguments.get("config")
    named = {name: arguments[name] for name in ("request", "app", "action", "key") if name in arguments}
    for rate in ratelimit.get_rates(app=APP, action=arguments["action"], config=config):
        history = cache.get(ratelimit.get_cache_key(**named, rate=rate), [])
        if len(history) >= rate.amount:
            waits.append(history[-1] + rate.duration - now)
    return max(waits)
