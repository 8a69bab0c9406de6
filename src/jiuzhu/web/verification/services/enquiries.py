"""向省、市平台查询：发出、等、重试（越等越久）、超时、收答复。重复的不再收，迟到的留着并注明，假的拒收。"""

import hashlib
import json
import uuid
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.registry.models import Person
from jiuzhu.web.verification.connector.client import Answer, Channel, Fault, ask
from jiuzhu.web.verification.connector.signing import KeyFault
from jiuzhu.web.verification.errors import VerificationError
from jiuzhu.web.verification.models import Check, Connector, Enquiry, Reply

FIRST = timedelta(seconds=10)
LONGEST = timedelta(hours=1)
GIVE_UP = timedelta(days=7)  # 超时之后再等这么久，迟到的答复还收
EVERYTHING = Scope.everything()


def channel_of(connector: Connector) -> Channel:
    """设置 → 通道。文件只认 ``HOME/connectors`` 里的。"""
    folder = settings.HOME / "connectors"

    def inside(name: str) -> Path:
        return Path(folder / Path(name).name)

    ca = inside(connector.ca_file) if connector.ca_file else None
    return Channel(connector.url, ca, inside(connector.key_file), connector.peer_key)


def enquiries_open(*, check: Check, now: datetime | None = None) -> list[Enquiry]:
    """核对之后，向县里启用的各平台各发一问；同一次核对对同一平台只发一问。"""
    moment = now or timezone.now()
    county = f"{check.division_code[:6]}000000"
    with EVERYTHING.applied():
        active = Connector.objects.within(EVERYTHING).filter(division_code=county, is_active=True)
        return [
            Enquiry.objects.within(EVERYTHING).get_or_create(
                connector=connector, check_run=check,
                defaults={"household": check.household, "division_code": check.division_code, "key": uuid.uuid4(),
                          "asked_at": moment, "next_at": moment},
            )[0]
            for connector in active
        ]  # fmt: skip


def enquiry_send(*, enquiry_id: int, now: datetime | None = None) -> str:
    """问一次，返回 ``Reply.Outcome``。网络往来在事务之外；记结果时锁住这一问。"""
    moment = now or timezone.now()
    rows = Enquiry.objects.within(EVERYTHING).select_related("connector", "household", "check_run__authorisation")
    enquiry = rows.get(pk=enquiry_id)
    answer, outcome = None, ""
    try:
        answer = ask(channel_of(enquiry.connector), str(enquiry.key), question(enquiry))
    except Fault as fault:
        outcome = fault.code
    except KeyFault:
        outcome = Reply.Outcome.REFUSED
    return _settle(enquiry_id, answer, outcome, moment)


def question(enquiry: Enquiry) -> dict[str, object]:
    """问什么：授权书编号、签了授权书的在世成员。"""
    people = Person.objects.within(EVERYTHING).filter(
        household=enquiry.household, alive=True, merged_into=None,
        person_id__in=enquiry.check_run.authorisation.signed_ids,
    )  # fmt: skip
    return {
        "authorisation": enquiry.check_run.authorisation.number,
        "people": [{"name": row.name, "id_number": row.id_number} for row in people.order_by("pk")],
    }


@transaction.atomic
def _settle(enquiry_id: int, answer: Answer | None, outcome: str, now: datetime) -> str:
    rows = Enquiry.objects.within(EVERYTHING).select_related("connector").select_for_update(of=("self",))
    enquiry = rows.get(pk=enquiry_id)
    enquiry.attempts += 1
    limit = enquiry.asked_at + timedelta(minutes=enquiry.connector.minutes)
    if enquiry.timed_out_at is None and enquiry.answered_at is None and now >= limit:
        enquiry.timed_out_at = limit
    digest = hashlib.new("sm3", answer.body).hexdigest() if answer else ""
    if answer is not None:
        outcome = _accept(enquiry, answer, digest, now)
    outcome = outcome or Reply.Outcome.PENDING
    enquiry.last_fault = "" if answer else outcome
    enquiry.next_at = _next(enquiry, limit, now)
    enquiry.save()
    Reply.objects.create(enquiry=enquiry, division_code=enquiry.division_code, at=now, outcome=outcome, digest=digest)
    return outcome


def _accept(enquiry: Enquiry, answer: Answer, digest: str, now: datetime) -> str:
    if enquiry.answered_at is not None:
        return Reply.Outcome.DUPLICATE
    enquiry.answered_at, enquiry.answer_digest = now, digest
    enquiry.answer = json.dumps(answer.content["results"], ensure_ascii=False)
    record(
        actor=Actor.system("核对平台", division_code=enquiry.division_code),
        action="verification.enquiry_answer",
        subject=Subject("verification.enquiry", str(enquiry.pk), f"{enquiry.connector.name}的答复"),
        after={"digest": digest, "late": enquiry.is_late},
    )
    return Reply.Outcome.LATE if enquiry.is_late else Reply.Outcome.ACCEPTED


def _next(enquiry: Enquiry, limit: datetime, now: datetime) -> datetime | None:
    """越等越久，至多一小时一次；答了的、超时太久的不再问。"""
    if enquiry.answered_at is not None or now >= limit + GIVE_UP:
        return None
    wait = FIRST * 2 ** min(enquiry.attempts - 1, 10)
    following = now + min(wait, LONGEST)
    return limit if now < limit < following else following


def enquiries_due(now: datetime | None = None, most: int = 100) -> list[int]:
    """到时候该问的。"""
    rows = Enquiry.objects.within(EVERYTHING).filter(answered_at=None, next_at__lte=now or timezone.now())
    return list(rows.order_by("next_at").values_list("pk", flat=True)[:most])


@transaction.atomic
def connector_save(*, connector: Connector, actor: Actor, scope: Scope) -> Connector:
    """保存一个平台的设置。钥匙不对当场说。"""
    if not scope.covers(connector.division_code):
        raise VerificationError("这个县不归您当前的岗位管。", code="outside_area", status=403)
    connector.save()
    record(
        actor=actor,
        action="verification.connector_save",
        subject=Subject("verification.connector", str(connector.pk), connector.name),
        after={"url": connector.url, "minutes": connector.minutes, "is_active": connector.is_active},
    )
    return connector


def connector_test(*, connector: Connector, actor: Actor) -> str:
    """试一次：问一个空的，只看通不通、签名对不对。返回 ``ok`` 或 ``Reply.Outcome``、设置的错。"""
    with transaction.atomic():
        subject = Subject("verification.connector", str(connector.pk), connector.name)
        record(actor=actor, action="verification.connector_test", subject=subject)
    try:
        ask(channel_of(connector), str(uuid.uuid4()), {"authorisation": "", "people": []}, seconds=10)
    except Fault as fault:
        return str(Reply.Outcome(fault.code).label)
    except KeyFault as fault:
        return str(fault)
    return "ok"
