"""每日封条：记下此刻各分链走到哪里，扣上前一张封条。"""

import logging
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.chain import FORMAT, GENESIS, canonical, link, stamp
from jiuzhu.web.audit.checking import Report, verify
from jiuzhu.web.audit.errors import SealTooEarly
from jiuzhu.web.audit.models import Seal

from .record import Subject, record

logger = logging.getLogger(__name__)
CHAIN = Subject("audit.chain", "", "审计链")
KEEPER = Actor.system("审计封条")
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('audit_seal'))"
SHOWN = 20


def seal_make(*, day: date | None = None, now: datetime | None = None, actor: Actor = KEEPER) -> Seal:
    """封一天（默认昨天，北京时间）；已封过的原样返回。

    封的是此刻的链头，不是那一天最后一刻的：跨过零点才提交的记录也在里面，一条不漏。
    当天没过完、或更晚的日子已封过，抛 ``SealTooEarly``。
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    day = day or today - timedelta(days=1)
    if day >= today:
        raise SealTooEarly("这一天还没有过完，不能封。请过了零点再封。")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
        last = Seal.objects.order_by("-day").first()
        if last is not None and last.day >= day:
            if (made := Seal.objects.filter(day=day).first()) is not None:
                return made
            raise SealTooEarly(f"{last.day:%Y年%-m月%-d日}已经封过，更早的日子不能补封。")
        cursor.execute("SELECT lane, seq, encode(head, 'hex') FROM audit_lane ORDER BY lane")
        lanes = [list(row) for row in cursor.fetchall()]
        seal = _sealed(day, now, lanes, bytes(last.digest) if last else GENESIS)
        seal.save(force_insert=True)
        after = {"day": day, "entries": seal.entries, "digest": seal.digest.hex()}
        record(
            actor=actor,
            action="audit.seal_make",
            subject=Subject("audit.seal", day.isoformat(), f"{day:%Y年%-m月%-d日}的封条"),
            after=after,
        )
    return seal


def _sealed(day: date, now: datetime, lanes: list[list[object]], previous: bytes) -> Seal:
    entries = sum(int(str(seq)) for _, seq, _ in lanes)
    body = canonical(
        {
            "kind": "seal",
            "format": FORMAT,
            "day": day.isoformat(),
            "entries": entries,
            "lanes": lanes,
            "made_at": stamp(now),
        }
    )
    return Seal(day=day, entries=entries, body=body, previous=previous, digest=link(previous, body), made_at=now)


def chain_verify(*, whole: bool, actor: Actor = KEEPER) -> Report:
    """核验并把结果记入审计：全部，或上上张封条以后的。有问题同时写错误日志。"""
    since = None if whole else _earlier_heads()
    report = verify(since=since)
    after: dict[str, object] = {"entries": report.entries, "troubles": len(report.troubles)}
    if report.troubles:
        logger.error("审计链核验发现问题 count=%d", len(report.troubles))
        after["found"] = [str(trouble) for trouble in report.troubles[:SHOWN]]
    action = "audit.chain_broken" if report.troubles else "audit.chain_verify"
    with transaction.atomic():
        record(actor=actor, action=action, subject=CHAIN, after=after)
    return report


def _earlier_heads() -> dict[int, tuple[int, bytes]] | None:
    """倒数第二张封条记下的链头；不足两张时从头核。"""
    seal = Seal.objects.order_by("-day")[1:2].first()
    return seal.heads() if seal else None
