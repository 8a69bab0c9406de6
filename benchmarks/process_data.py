"""process 一项的数据与读法。数据库就绪之后才载入。"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402
from procrastinate.contrib.django import app  # noqa: E402

from jiuzhu.web.access.models import Post, User  # noqa: E402
from jiuzhu.web.access.scope import Scope  # noqa: E402
from jiuzhu.web.audit.actor import Actor  # noqa: E402
from jiuzhu.web.divisions.models import Division, Organisation  # noqa: E402
from jiuzhu.web.ground.paging import paged  # noqa: E402
from jiuzhu.web.process import selectors, services  # noqa: E402
from jiuzhu.web.process.models import Definition, Event, Instance, Task  # noqa: E402
from jiuzhu.web.process.presentation import dressed  # noqa: E402

COUNTY_CODE = "429998"
TOWNS = 16
EVERYTHING = Scope.everything()
TOWN: Scope
COUNTY: Scope
DRAW = random.Random(7)
TABLES = ("process_instance", "process_scope", "process_task", "process_event")

INSTANCES = """
INSERT INTO process_instance (definition_id, subject_kind, subject_key, subject_label, division_code, data, first_role,
    first_organisation_id, organisations, opened_at, changed_at, ended_at, outcome, event_seq, event_head)
SELECT %(definition)s, 'cases.application', n::text, '某*的低保申请',
    %(county)s || lpad((100 + n %% %(towns)s)::text, 3, '0') || lpad((201 + n %% 12)::text, 3, '0'), '{}', 'town_window',
    (SELECT id FROM divisions_organisation WHERE code = 'S' || (100 + n %% %(towns)s)),
    ARRAY[(SELECT id FROM divisions_organisation WHERE code = 'S' || (100 + n %% %(towns)s))],
    %(now)s - (n %% 60) * interval '1 day', %(now)s - (n %% 72000) * interval '1 minute',
    CASE WHEN %(ended)s THEN %(now)s END, '', 4, decode(repeat('00', 32), 'hex')
FROM generate_series(1, %(count)s) AS n
"""
SCOPES = """
INSERT INTO process_scope (instance_id, node, label, "limit", state, outcome, opened_at)
SELECT id, '', '', '', CASE WHEN ended_at IS NULL THEN 'open' ELSE 'done' END, '', opened_at FROM process_instance
"""
EVENTS = """
INSERT INTO process_event (instance_id, seq, kind, at, actor_name, body, previous, digest)
SELECT id, n, 'opened', opened_at, '某经办', repeat('内容', 60), decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex')
FROM process_instance, generate_series(1, 4) AS n
"""
# 一件在办的任务分在五步里：窗口、调查、核对、审核、县级确认；三成已有人认领，一成半逾期
TASKS = """
INSERT INTO process_task (instance_id, scope_id, node, title, kind, role, organisation_id, division_code, assignee_id,
    opened_at, "limit", due_at, fire_at, urge, done_at, done_by_id, companions, outcome, note, is_cancelled)
SELECT i.id, s.id, step.node, step.title, 'human', step.role,
    (SELECT id FROM divisions_organisation o WHERE o.code = CASE WHEN step.county THEN 'C' ELSE 'S' || substr(i.division_code, 7, 3) END),
    i.division_code, CASE WHEN i.id %% 10 < 3 THEN (SELECT id FROM access_user u WHERE u.username =
        CASE WHEN step.county THEN 'C' ELSE 'S' || substr(i.division_code, 7, 3) END || '-' || i.id %% 3) END, i.opened_at, '5wd',
    %(midnight)s + ((i.id * 7919) %% 34 - 5) * interval '1 day' - interval '1 second', %(now)s + interval '30 days', 0,
    i.ended_at, CASE WHEN i.ended_at IS NOT NULL THEN %(user)s END, '{}', '', '', false
FROM process_instance i JOIN process_scope s ON s.instance_id = i.id
JOIN (VALUES (0, 'accept', '受理', 'town_window', false), (1, 'survey', '入户调查', 'town_surveyor', false),
    (2, 'review', '提出审核意见', 'town_reviewer', false), (3, 'tell_confirmed', '公布并发放确认书', 'town_window', false),
    (4, 'decide', '县级确认', 'county_approver', true)) AS step (place, node, title, role, county)
    ON step.place = (i.id / %(towns)s) %% 5
"""
DUE = """
UPDATE process_task SET kind = 'timer', node = 'publicity', title = '公示审核意见', "limit" = '7d',
    fire_at = %(now)s - interval '1 hour'
WHERE id IN (SELECT id FROM process_task WHERE done_at IS NULL ORDER BY id LIMIT %(count)s)
"""


def prepare() -> None:
    """建表、区划、机构、流程、两个岗位。"""
    global TOWN, COUNTY
    call_command("migrate", verbosity=0)
    rows = {COUNTY_CODE: ("青禾县", "county", "")}
    for number in range(100, 100 + TOWNS):
        town = f"{COUNTY_CODE}{number}"
        rows[town] = (f"第{number}镇", "township", COUNTY_CODE.ljust(12, "0"))
        rows |= {f"{town}{201 + n}": (f"第{n + 1}村", "village", town.ljust(12, "0")) for n in range(12)}
    Division.objects.bulk_create(
        Division(code=code.ljust(12, "0"), name=name, level=level, parent_code=parent)
        for code, (name, level, parent) in rows.items()
    )
    offices = [Organisation(code="C", name="县民政局", kind="county_office", department="minzheng",
                            division_code=COUNTY_CODE.ljust(12, "0"))]  # fmt: skip
    offices += [
        Organisation(code=f"S{n}", name=f"第{n}镇社会事务办", kind="township_station",
                     division_code=f"{COUNTY_CODE}{n}".ljust(12, "0"))
        for n in range(100, 100 + TOWNS)
    ]  # fmt: skip
    Organisation.objects.bulk_create(offices)
    services.definitions_publish(actor=Actor.system("测试"))
    User.objects.bulk_create(User(username=f"{office.code}-{n}") for office in offices for n in range(3))
    TOWN = _post("窗口", "town_window", "S105").scope()
    COUNTY = _post("监督", "supervisor", "C").scope()


def _post(name: str, role: str, office: str) -> Post:
    organisation = Organisation.objects.get(code=office)
    user = User.objects.get(username=f"{office}-0")
    user.display_name = name
    user.save()
    return Post.objects.create(
        user=user, role=role, organisation=organisation, division_code=organisation.division_code
    )


def fill(count: int) -> None:
    """``count`` 件在办，同样多已办结，各有任务与四条事件。"""
    values = {
        "definition": Definition.objects.get(code="dibao_review").pk,
        "county": COUNTY_CODE,
        "towns": TOWNS,
        "now": timezone.now(),
        "midnight": timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0),
        "count": count,
        "user": TOWN.user_id,
    }
    with connection.cursor() as cursor:
        for ended in (False, True):
            cursor.execute(INSTANCES, values | {"ended": ended})
        cursor.execute(SCOPES)
        cursor.execute(TASKS, values)
        cursor.execute(EVENTS)
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")


@contextmanager
def as_web(scope: Scope) -> Iterator[None]:
    """与网页请求一样：不拥有任何表的身份，按范围把关。"""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE jiuzhu_web")
    with scope.applied():
        global _scope, _keys
        _scope = scope
        _keys = list(selectors.open_tasks(scope).order_by("id").values_list("pk", flat=True)[:5000])
        yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


_scope = EVERYTHING
_keys: list[int] = []


def one() -> object:
    """按主键取一项，连同事项，与任务页相同。"""
    return Task.objects.within(_scope).get(pk=DRAW.choice(_keys))


def inbox() -> object:
    """待办第一页。"""
    return dressed(paged(selectors.inbox(_scope), "1"))


def office() -> object:
    """本单位第一页。"""
    return dressed(paged(selectors.office(_scope), "1"))


def counts() -> object:
    """页首的几个数。"""
    return selectors.counts(_scope)


def overdue() -> object:
    """逾期名单第一页。"""
    return dressed(paged(selectors.overdue(_scope), "1"))


def overdue_deep() -> object:
    """逾期名单第一百页。"""
    return dressed(paged(selectors.overdue(_scope), "100"))


def numbers(scope: Scope) -> dict[str, int]:
    """名单有多长。"""
    return {
        "mine": len(selectors.inbox(scope)),
        "office": len(selectors.office(scope)),
        "overdue": len(selectors.overdue(scope)),
    }


def make_due(count: int) -> None:
    """把最前面的 ``count`` 项改成已到点的定时，叫两个工作进程来办。"""
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"now": timezone.now(), "count": count})
        cursor.execute("DELETE FROM process_task WHERE done_at IS NULL AND kind = 'human'")
        cursor.execute("ANALYZE process_task")
    for number in range(2):
        app.configure_task("process_timers", queue="process").defer(timestamp=number)
    for minute in range(1, 9):  # 平时由每分钟的定时发起；这里先排好，免得为一分钟的上限等候
        job = app.configure_task(
            "process_timers", queue="process", schedule_at=timezone.now() + timedelta(seconds=40 * minute)
        )
        job.defer(timestamp=minute + 1)


def left() -> int:
    """还有几个没办。"""
    return Task._base_manager.filter(kind="timer", done_at=None, node="publicity").count()


def fired() -> tuple[int, int, int]:
    """办了几次、涉及几件、开出几项下一步。"""
    rows = list(Event._base_manager.filter(kind="fired").values_list("instance_id", flat=True))
    return len(rows), len(set(rows)), Task._base_manager.filter(node="decide", done_at=None, kind="human").count()


__all__ = ["Instance"]
