"""pages 一项的数据与页面。数据库就绪之后才载入。"""

import json
import time
from collections.abc import Callable
from typing import Any

from benchmarks import county_database as county  # 先建立 Django
from benchmarks import process_data
from benchmarks.counties import demo_county, result_of

from django.conf import settings  # isort: skip
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # isort: skip
from django.contrib.sessions.backends.db import SessionStore  # isort: skip
from django.db import connection  # isort: skip
from django.utils import timezone  # isort: skip

from jiuzhu.web.access.gates import BEGAN, SEEN  # isort: skip
from jiuzhu.web.access.models import Post, User  # isort: skip
from jiuzhu.web.access.scope import Scope  # isort: skip
from jiuzhu.web.audit.actor import Actor  # isort: skip
from jiuzhu.web.monitoring.models import Run  # isort: skip
from jiuzhu.web.monitoring.services.summarise import summarise  # isort: skip
from jiuzhu.web.process.services import definitions_publish  # isort: skip
from jiuzhu.web.registry.models import Household  # isort: skip

CASES = 10_000
SOME = 2000
KEYS: list[str] = []
INDICATORS = {
    item["indicator"]: {"name": item["name"], "category": item["category"], "points": item["points"]}
    for item in county.REASONS
}
WARNINGS = """
INSERT INTO monitoring_householdwarning (run_id, division_code, township_code, township, village_code, village, warning_id,
    household_id, band, band_order, score, members, indicators, categories, departments)
SELECT %(run)s, division_code, left(division_code, 9), '某镇', division_code, '某村', 'W' || id, household_id, band,
    severity, score, size, ARRAY['YL-03', 'JY-01'], ARRAY['医疗', '就业'], ARRAY['医保局'] FROM registry_household WHERE band <> ''
"""


def prepare() -> None:
    """县、人员、流程。"""
    county.prepare()
    definitions_publish(actor=Actor.system("测试"))
    with connection.cursor() as cursor:  # 两份数据里乡镇单位的编码写法不同
        cursor.execute(
            "UPDATE divisions_organisation SET code = 'S' || substr(division_code, 7, 3) WHERE kind = 'township_station'"
        )
    process_data.TOWN = Post.objects.get(user__username="u1").scope()


def fill(scale: int) -> None:
    """``scale`` 倍的户、人、事件、事项、预警。"""
    county.fill(scale)
    process_data.fill(CASES * scale)
    _monitoring()
    with Scope.everything().applied():
        rows = Household.objects.within(Scope.everything()).values_list("household_id", flat=True)
        KEYS[:] = list(rows[:SOME])


def _monitoring() -> None:
    """一次监测：预警照库里的户造；分布取自一个真算过的演示县，乡镇的人看时照样要读它的结果文件。"""
    out = result_of(demo_county(2000))
    report = json.loads((out / "summary.json").read_text("utf-8"))
    run = Run.objects.create(
        number=1, status=Run.Status.DONE, division_code=f"{county.COUNTY}000000", folder="", out_dir=str(out),
        as_of=timezone.localdate(), started_at=timezone.now(), finished_at=timezone.now(),
        rulebook={"indicators": report["rulebook"]["indicators"] | INDICATORS, "bands": report["rulebook"]["bands"]},
        summary=summarise(out, report["rulebook"]),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(WARNINGS, {"run": run.pk})
        cursor.execute("ANALYZE monitoring_householdwarning")


def sessions(count: int, *, town: bool = False) -> tuple[str, list[str]]:
    """县里的人（看的是全县，最重）或各镇的人各登录一次；返回 cookie 名与会话号。"""
    return sessions_of([f"u{at}" for at in range(county.STAFF) if (at % 10 == 0) != town][:count])


def sessions_of(people: list[str]) -> tuple[str, list[str]]:
    """这些账号各登录一次。"""
    keys = []
    for user in User.objects.filter(username__in=people):
        store = SessionStore()
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store[BEGAN] = store[SEEN] = time.time()
        store.create()
        keys.append(store.session_key or "")
    return settings.SESSION_COOKIE_NAME, keys


def pages() -> dict[str, Callable[[Any], int]]:
    """第一页是空白的登录页；其余各是一个主要页面。"""

    def find(text: Callable[[Any], str]) -> Callable[[Any], int]:
        return lambda visitor: visitor.post("/search/", {"q": text(visitor)})

    def name(visitor: Any) -> str:
        return "".join(visitor.draw.choice(part) for part in (county.SURNAMES, county.GIVEN, county.GIVEN))

    return {
        "空白登录页": lambda visitor: visitor.get("/account/password/"),
        "工作台": lambda visitor: visitor.get("/"),
        "待办": lambda visitor: visitor.get("/process/"),
        "预警名单": lambda visitor: visitor.get("/monitoring/warnings/"),
        "看板": lambda visitor: visitor.get("/board/"),
        "逾期": lambda visitor: visitor.get("/process/overdue/"),
        "对象库名单": lambda visitor: visitor.get("/registry/"),
        "一户一档": lambda visitor: visitor.get(f"/registry/households/{visitor.draw.choice(KEYS)}/"),
        "救助链": lambda visitor: visitor.get(f"/registry/households/{visitor.draw.choice(KEYS)}/?tab=chain"),
        "按姓名查找": find(name),
        "按证件号查找": find(lambda visitor: county.known_number(visitor.draw.randrange(county.KNOWN))),
        "按住址查找": find(lambda visitor: f"{visitor.draw.randrange(1, 13)}组{visitor.draw.randrange(1, 181)}号"),
        "通知": lambda visitor: visitor.get("/notices/"),
    }


def town_pages() -> dict[str, Callable[[Any], int]]:
    """镇里的人常用的几页。"""
    wanted = ("工作台", "待办", "预警名单", "对象库名单", "按姓名查找")
    return {f"镇里的{name}": page for name, page in pages().items() if name in wanted}
