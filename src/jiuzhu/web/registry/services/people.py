"""人的更正与查看明文。"""

import re
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.limits import limit
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.ground.crypto import blind_index, normalise
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.ground.masking import mask_account, mask_address, mask_id_number, mask_name, mask_phone
from jiuzhu.web.registry.models import Event, Household, Person, PersonCorrection
from jiuzhu.web.registry.selectors.searching import CHECK, WEIGHTS
from jiuzhu.web.registry.subjects import person_subject

from .events import event_add
from .words import tokens_refresh

FIELDS = {
    "name": "姓名",
    "sex": "性别",
    "birth_date": "出生日期",
    "id_number": "证件号",
    "phone": "电话",
    "account": "银行账号",
    "address": "住址",
    "relation": "与户主关系",
}
SEALED = ("id_number", "phone", "account")
MASKS = {
    "name": mask_name,
    "id_number": mask_id_number,
    "phone": mask_phone,
    "account": mask_account,
    "address": mask_address,
}
UNMASKED = tuple(MASKS)
LEAST_REASON = 4


def masked_value(person: Person, field: str) -> str:
    """遮挡后的一项；没有则为空文本。"""
    return MASKS[field](getattr(person, field) or "")


@transaction.atomic
def unmask(*, person: Person, field: str, reason: str, task: str, actor: Actor) -> str:
    """给一项的明文，并记进审计：谁、为哪件事、为什么。

    抛 ``ServiceError``：理由太短（no_reason）、没写哪件事（no_task）、没有这一项（no_value）、太频繁（too_many）。
    """
    if field not in UNMASKED:
        raise ServiceError("没有这一项，什么也没有显示。", code="no_value")
    _demand(reason, task)
    limit(f"user:{actor.user_id}", "unmask")
    value = getattr(person, field)
    if not value:
        raise ServiceError(f"数据里没有这个人的{FIELDS[field]}。", code="no_value", status=409)
    record(
        actor=actor,
        action="registry.unmask",
        subject=person_subject(person),
        after={"field": FIELDS[field]},
        reason=reason,
        task=task,
    )
    return str(value)


def _demand(reason: str, task: str) -> None:
    if len(reason.strip()) < LEAST_REASON:
        raise ServiceError(f"请写明为什么要看（至少 {LEAST_REASON} 个字）；这次没有显示。", code="no_reason")
    if not task.strip():
        raise ServiceError("请选择对应的事项；没有对应事项的选“无对应事项”并说明。这次没有显示。", code="no_task")


@transaction.atomic
def person_correct(*, person: Person, field: str, value: str, reason: str, actor: Actor) -> PersonCorrection:
    """更正一项，以后再装数据不覆盖。改前改后都留着（加密），审计里只有遮挡后的。

    抛 ``ServiceError``：没有这一项、理由太短、写法不对、与原来相同。
    """
    if field not in FIELDS:
        raise ServiceError("这一项不能更正。", code="no_field")
    if len(reason.strip()) < LEAST_REASON:
        raise ServiceError(f"请写明更正的理由和凭据（至少 {LEAST_REASON} 个字）；没有改动。", code="no_reason")
    people = Person.objects.within(Scope.everything()).select_for_update(of=("self",)).select_related("household__head")
    locked = people.get(pk=person.pk)
    new = cleaned(field, value)
    old = getattr(locked, field)
    if new == old:
        raise ServiceError("与现在的一样，没有改动。", code="unchanged", status=409)
    setattr(locked, field, new)
    if field in SEALED:
        setattr(locked, f"{field}_index", blind_index(str(new)) if new else None)
    locked.corrected = sorted({*locked.corrected, field})
    locked.save()
    _carry(locked, field)
    kept = PersonCorrection.objects.create(
        household=locked.household,
        division_code=locked.division_code,
        person=locked,
        field=field,
        before=_text(old),
        after=_text(new),
        reason=reason.strip(),
        by_name=actor.name,
    )
    event_add(
        household=locked.household,
        kind=Event.Kind.CORRECTED,
        title=f"更正{FIELDS[field]}",
        actor=actor,
        person=locked,
        source_kind="registry.personcorrection",
        source_key=str(kept.pk),
    )
    record(
        actor=actor,
        action="registry.person_correct",
        subject=person_subject(locked),
        before={field: shown(field, old)},
        after={field: shown(field, new)},
        reason=reason,
    )
    return kept


def _carry(person: Person, field: str) -> None:
    """姓名、住址改了：户的住址与查找词跟着改。"""
    home = person.household
    if field == "address" and home.head_id == person.pk:
        home.address = person.address
        Household.objects.within(Scope.everything()).filter(pk=home.pk).update(address=person.address)
    if field in ("name", "address"):
        tokens_refresh(home)


def cleaned(field: str, value: str) -> Any:
    """一项的规范写法；不对的抛 ``ServiceError``。"""
    text = value.strip()
    if field == "birth_date":
        try:
            day = date.fromisoformat(text)
        except ValueError as error:
            raise ServiceError("出生日期请写年月日；没有改动。", code="bad_value") from error
        if not date(1900, 1, 1) <= day <= timezone.localdate():
            raise ServiceError("出生日期不在合理的范围；没有改动。", code="bad_value")
        return day
    if field == "name" and not text:
        raise ServiceError("姓名不能空着；没有改动。", code="bad_value")
    if field == "sex" and text not in Person.Sex.values:
        raise ServiceError("性别只能是男或女；没有改动。", code="bad_value")
    if field in SEALED:
        return number(field, text)
    longest = Person._meta.get_field(field).max_length or 0  # type: ignore[union-attr]
    if len(text) > longest:
        raise ServiceError(f"{FIELDS[field]}太长，至多 {longest} 个字；没有改动。", code="bad_value")
    return text


def number(field: str, text: str) -> str:
    """证件号、电话、账号：归一并校验；空着表示没有。"""
    compact = normalise(text)
    if not compact:
        return ""
    if field == "id_number" and not valid_id_number(compact):
        raise ServiceError("身份证号不对：应为 18 位且末位校验相符。请核对；没有改动。", code="bad_value")
    if field == "phone" and not re.fullmatch(r"1\d{10}|0\d{9,11}|\d{7,8}", compact):
        raise ServiceError("电话不对：手机 11 位，座机带区号。请核对；没有改动。", code="bad_value")
    if field == "account" and not re.fullmatch(r"\d{8,30}", compact):
        raise ServiceError("银行账号应全是数字，8 至 30 位。请核对；没有改动。", code="bad_value")
    return compact


def valid_id_number(text: str) -> bool:
    """18 位身份证号：出生日期存在，校验码相符（GB 11643）。"""
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", text):
        return False
    try:
        date.fromisoformat(f"{text[6:10]}-{text[10:12]}-{text[12:14]}")
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], WEIGHTS, strict=True))
    return CHECK[total % 11] == text[17]


def shown(field: str, value: Any) -> Any:
    """审计里的写法：个人信息遮挡。"""
    if field in MASKS:
        return MASKS[field](_text(value))
    return value


def _text(value: Any) -> str:
    return "" if value is None else str(value)
