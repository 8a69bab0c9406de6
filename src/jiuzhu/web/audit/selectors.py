"""审计记录的读取。一百万条也要快：沿索引取一页，不数总数，只数到一万。

``area`` 是看的人的片区：只给看归属地在片区之内的，和不属于哪个县的平台动作；没有片区的什么也看不到。
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from .actions import platform_actions
from .chain import GENESIS, STORED
from .checking import Trouble, entry_troubles
from .models import Entry, Lane, Seal

ROWS = 50
COUNTED = 10_000
MOST_NAMES = 200
LISTED = (
    "lane", "seq", "at", "actor_name", "post", "organisation", "action", "subject_kind", "subject_key",
    "subject_label", "reason", "address",
)  # fmt: skip
# 沿索引逐个跳到下一个不同的值：二百个名字只看二百处，不读一百万行
DISTINCT = """
WITH RECURSIVE words AS (
    (SELECT {column} AS word FROM audit_entry ORDER BY {column} LIMIT 1)
    UNION ALL
    SELECT (SELECT e.{column} FROM audit_entry e WHERE e.{column} > words.word ORDER BY e.{column} LIMIT 1)
    FROM words WHERE words.word IS NOT NULL
)
SELECT word FROM words WHERE word IS NOT NULL AND strpos(word, %s) > 0 {more} LIMIT %s
"""
# 这个片区里（或没有归属地的）有没有此人做的事：各看索引里的一处
SEEN = """
AND ((SELECT 1 FROM audit_entry e WHERE e.actor_name = word AND e.division_code BETWEEN %s AND %s LIMIT 1) IS NOT NULL
  OR (SELECT 1 FROM audit_entry e WHERE e.actor_name = word AND e.division_code = '' LIMIT 1) IS NOT NULL)
"""
NAMES = DISTINCT.format(column="actor_name", more=SEEN)
POSTS = DISTINCT.format(column="post", more="")
FULL = 12  # 区划代码的位数


@dataclass(frozen=True)
class Place:
    """名单里的一处：翻页用，写在网址里。"""

    at: datetime
    lane: int
    seq: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """``微秒-分链-序号``；写错的当没写。"""
        try:
            micros, lane, seq = (int(part) for part in text.split("-"))
            return cls(datetime.fromtimestamp(0, UTC) + timedelta(microseconds=micros), lane, seq)
        except (ValueError, OverflowError):
            return None

    def __str__(self) -> str:
        micros = (self.at - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)
        return f"{micros}-{self.lane}-{self.seq}"


@dataclass(frozen=True)
class Slice:
    """一页：行、有没有更早的、到哪里为止。"""

    rows: list[Entry]
    earlier: str
    count: int

    @property
    def counted_out(self) -> bool:
        """超过了数得过来的数目。"""
        return self.count > COUNTED


def visible(area: str) -> Q:
    """片区之内的，和平台的动作。写成区间，用得上索引。"""
    if not area:
        return Q(lane__in=[])
    return Q(division_code__range=bounds(area)) | Q(division_code="", action__in=platform_actions())


def bounds(area: str) -> tuple[str, str]:
    """片区里最小与最大的十二位代码：``429998`` → ``429998000000``、``429998999999``。"""
    return area.ljust(FULL, "0"), area.ljust(FULL, "9")


def entries(chosen: Mapping[str, Any], *, area: str) -> QuerySet[Entry]:
    """按条件筛选，新的在前。条件：who post action kind key since until reason。"""
    rows = Entry.objects.filter(visible(area)).order_by("-at", "-lane", "-seq")
    if who := chosen.get("who"):
        rows = rows.filter(actor_name__in=_containing(NAMES, who, *bounds(area)))
    if post := chosen.get("post"):
        rows = rows.filter(post__in=_containing(POSTS, post))
    if reason := chosen.get("reason"):
        rows = rows.exclude(reason="").filter(reason__contains=reason)
    for name, column in (("action", "action"), ("kind", "subject_kind"), ("key", "subject_key")):
        if value := chosen.get(name):
            rows = rows.filter(**{column: value})
    if since := chosen.get("since"):
        rows = rows.filter(at__gte=midnight(since))
    if until := chosen.get("until"):
        rows = rows.filter(at__lt=midnight(until + timedelta(days=1)))
    return rows


def one_page(chosen: Mapping[str, Any], before: Place | None, *, area: str) -> Slice:
    """一页五十行；``before`` 是上一页的最后一行。"""
    found = entries(chosen, area=area)
    shown = list(page_rows(found, before))
    last = shown[ROWS - 1] if len(shown) > ROWS else None
    place = str(Place(last.at, last.lane, last.seq)) if last else ""
    return Slice(shown[:ROWS], place, count_up_to(found, COUNTED))


def page_rows(found: QuerySet[Entry], before: Place | None) -> QuerySet[Entry]:
    """一页的行，多取一行以知道还有没有。"""
    rows = found.only(*LISTED)
    if before is not None:
        earlier = Q(lane__lt=before.lane) | Q(lane=before.lane, seq__lt=before.seq)
        rows = rows.filter(Q(at__lte=before.at), Q(at__lt=before.at) | Q(at=before.at) & earlier)
    return rows[: ROWS + 1]


def count_up_to(rows: QuerySet[Entry], most: int) -> int:
    """行数；多于 ``most`` 时返回 ``most + 1``，不再数。"""
    return rows.order_by()[: most + 1].count()


def _containing(statement: str, part: str, *more: str) -> list[str]:
    """记录里出现过、含有这几个字的名字（限片区）或岗位（各县都是那几种）。"""
    with connection.cursor() as cursor:
        cursor.execute(statement, [part, *more, MOST_NAMES])
        return [row[0] for row in cursor.fetchall()]


def entries_of(kind: str, key: str, *, area: str) -> QuerySet[Entry]:
    """一个对象上发生过的事，新的在前：谁看过、谁改过。要全县的人做过的，``area`` 给县的。"""
    rows = Entry.objects.filter(visible(area), subject_kind=kind, subject_key=key)
    return rows.order_by("-at", "-lane", "-seq")


def entry_at(lane: int, seq: int, *, area: str) -> Entry | None:
    """一条；别处的如同没有。"""
    return Entry.objects.filter(visible(area), lane=lane, seq=seq).first()


def neighbours(entry: Entry) -> tuple[Entry | None, Entry | None]:
    """同一分链上的前一条、后一条，不论是哪里的；给人看之前先问 ``is_visible``。"""
    near = {each.seq: each for each in Entry.objects.filter(lane=entry.lane, seq__in=[entry.seq - 1, entry.seq + 1])}
    return near.get(entry.seq - 1), near.get(entry.seq + 1)


def is_visible(entry: Entry, *, area: str) -> bool:
    """这一条给不给管 ``area`` 的人看，与 ``visible`` 同一个规矩。"""
    if not area:
        return False
    if not entry.division_code:
        return entry.action in platform_actions()
    return entry.division_code.startswith(area)


def check_entry(entry: Entry) -> list[Trouble]:
    """只核这一条：正文与摘要、与前一条、与后一条或链头。"""
    earlier, later = neighbours(entry)
    last = (earlier.seq, bytes(earlier.digest)) if earlier else (0, GENESIS)
    found = entry_troubles(tuple(getattr(entry, name) for name in STORED), *last)
    follows = bytes(later.previous) if later else _head(entry)
    if follows is None:
        found.append(Trouble("tail", "后面的记录不在了", entry.lane, entry.seq, entry.at))
    elif follows != bytes(entry.digest):
        found.append(Trouble("broken", "后一条（或链头）接不上这一条", entry.lane, entry.seq, entry.at))
    return found


def _head(entry: Entry) -> bytes | None:
    head = Lane.objects.filter(lane=entry.lane, seq=entry.seq).first()
    return bytes(head.head) if head else None


def seals() -> QuerySet[Seal]:
    """全部封条，新的在前。"""
    return Seal.objects.order_by("-day")


def sealed_by(entry: Entry) -> Seal | None:
    """把这一条封进去的第一张封条；还没有封的为空。"""
    for seal in Seal.objects.filter(made_at__gte=entry.at).order_by("day")[:3]:
        if entry.seq <= seal.heads().get(entry.lane, (0, b""))[0]:
            return seal
    return None


def last_verified() -> Entry | None:
    """最近一次核验的记录。"""
    return Entry.objects.filter(action__in=["audit.chain_verify", "audit.chain_broken"]).order_by("-at").first()


def midnight(day: date) -> datetime:
    """这一天的零点，北京时间。"""
    return timezone.make_aware(datetime.combine(day, time.min))
