"""给在场的人用自己的手机签名：一次性的链接，十来分钟有效，码不存只存摘要，网址里没有个人信息。"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.cases.errors import CaseError
from jiuzhu.web.cases.models import Application, Signature, SigningLink
from jiuzhu.web.cases.selectors import living, signatures
from jiuzhu.web.cases.subjects import application_subject
from jiuzhu.web.ground.errors import Conflict

from .opening import EVERYTHING, locked
from .signing import _demand_signing, signature_add

MINUTES = 15
COUNTY_WIDTH = 6
GONE = "这个链接已经用过、过期或不对。请窗口的工作人员重新给一个。"


@transaction.atomic
def link_make(
    *, application: Application, person_id: str, place: str, actor: Actor, scope: Scope, now: datetime | None = None
) -> str:
    """返回网址里的码 ``县代码.随机``。同一人先前没用的链接一并作废。

    Raises:
        CaseError: 不是本户在世成员（not_member），没有写在哪里签（no_place）。
        Conflict: 已经签过（already_signed）、出具过（letters_issued）、了结（closed）。
    """
    row = locked(application, scope)
    _demand_signing(row)
    if person_id not in {person.person_id for person in living(EVERYTHING, row.household)}:
        raise CaseError("不是这一户在世的成员，没有给链接。", code="not_member")
    if not place.strip():
        raise CaseError("请写明在哪里签的，如“便民服务中心”。", code="no_place")
    if person_id in signatures(EVERYTHING, row):
        raise Conflict("这个人已经签过了。", code="already_signed")
    moment = now or timezone.now()
    links = SigningLink.objects.within(EVERYTHING).filter(application=row, person_id=person_id, used_at=None)
    links.update(used_at=moment)
    code = f"{row.division_code[:COUNTY_WIDTH]}.{secrets.token_urlsafe(24)}"
    SigningLink.objects.create(
        application=row, division_code=row.division_code, person_id=person_id, code_digest=digest_of_code(code),
        place=place.strip()[:100], made_name=actor.name[:60], made_by_id=actor.user_id, made_post_id=actor.post_id,
        made_organisation=actor.organisation[:80], expires_at=moment + timedelta(minutes=MINUTES),
    )  # fmt: skip
    record(actor=actor, action="cases.link_make", subject=application_subject(row))
    return code


def link_of(code: str, now: datetime | None = None) -> SigningLink:
    """还能用的链接，连同申请与户；调用方已用 ``county_of`` 的范围把关。用过、过期、不对的一样回答（link_gone）。"""
    rows = SigningLink.objects.within(county_of(code)).select_related(
        "application__household__head", "application__applicant", "application__organisation"
    )
    found = rows.filter(code_digest=digest_of_code(code), used_at=None).first()
    if found is None or found.expires_at <= (now or timezone.now()):
        raise CaseError(GONE, code="link_gone", status=404)
    return found


@transaction.atomic
def link_sign(*, code: str, address: str = "", now: datetime | None = None, **given: object) -> Signature:
    """凭链接签一次。办事人记给出链接的那个人，签名上注明是在本人手机上签的。"""
    link = link_of(code, now)
    held = SigningLink.objects.within(county_of(code)).select_for_update(of=("self",)).get(pk=link.pk)
    if held.used_at is not None:
        raise CaseError(GONE, code="link_gone", status=404)
    actor = Actor(
        link.made_by_id, link.made_name, link.made_post_id, "本人手机签名", link.made_organisation, address,
        division_code=link.division_code,
    )  # fmt: skip
    made = signature_add(
        application=link.application,
        person_id=link.person_id,
        actor=actor,
        scope=county_of(code),
        device=Signature.Device.LINK,
        now=now,
        **given,  # type: ignore[arg-type]
    )
    held.used_at = now or timezone.now()
    held.save(update_fields=["used_at"])
    return made


def county_of(code: str) -> Scope:
    """码前面的县代码定范围：凭它只看得到这一个县的链接。"""
    county = code.partition(".")[0]
    good = len(county) == COUNTY_WIDTH and county.isdecimal() and county[0] != "0"
    return Scope(role="system", areas=(county,)) if good else Scope.nothing()


def digest_of_code(code: str) -> str:
    """存的是码的 SM3 摘要。"""
    return hashlib.new("sm3", code.encode()).hexdigest()
