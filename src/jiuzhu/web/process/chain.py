"""事件链：规范写法、逐条相扣、核验。"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from jiuzhu.web.access.scope import Scope as AccessScope
from jiuzhu.web.audit.actor import Actor

from .definition import canonical
from .models import Event, Instance
from .models.instance import ZERO


def link(previous: bytes, body: str) -> bytes:
    """一条事件的摘要。"""
    return hashlib.new("sm3", bytes(previous) + body.encode()).digest()


def make_event(
    instance: Instance, *, kind: str, actor: Actor, now: datetime, task_id: int | None, data: dict[str, Any]
) -> Event:
    """接在链末的一条事件；事项的链末随之前移（由调用者保存）。"""
    seq = instance.event_seq + 1
    body = canonical(
        {
            "instance": instance.pk,
            "seq": seq,
            "kind": kind,
            "at": now.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": {"id": actor.user_id, "name": actor.name, "post": actor.post, "organisation": actor.organisation},
            "task": task_id,
            "data": data,
        }
    )
    previous = bytes(instance.event_head)
    digest = link(previous, body)
    instance.event_seq, instance.event_head = seq, digest
    return Event(
        instance=instance,
        seq=seq,
        kind=kind,
        at=now,
        actor_id=actor.user_id,
        actor_name=actor.name[:80],
        task_id=task_id,
        body=body,
        previous=previous,
        digest=digest,
    )


def chain_problems(instance: Instance) -> Iterator[str]:
    """核验一件事的事件链，说明第几条有什么不对；没有问题则为空。"""
    head, seq = ZERO, 0
    for event in Event.objects.within(AccessScope.everything()).filter(instance=instance).order_by("seq"):
        seq += 1
        if event.seq != seq:
            yield f"缺第 {seq} 条事件"
            seq = event.seq
        if not hmac.compare_digest(bytes(event.previous), head):
            yield f"第 {event.seq} 条与前一条接不上"
        head = link(event.previous, event.body)
        if not hmac.compare_digest(bytes(event.digest), head):
            yield f"第 {event.seq} 条的内容被改动过"
        content = json.loads(event.body)
        if (content["seq"], content["kind"], content["actor"]["id"]) != (event.seq, event.kind, event.actor_id):
            yield f"第 {event.seq} 条的原文与摘出的各列不一致"
    if seq != instance.event_seq or head != bytes(instance.event_head):
        yield f"应有 {instance.event_seq} 条事件，链末对不上"
