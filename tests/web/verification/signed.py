"""签好授权书、核对好的一户。"""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.web.cast import COUNTY, every

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.rulebook import content
from jiuzhu.web.policies.rulebook.folders import digest_of, shipped_files
from jiuzhu.web.registry.models import Household, Person
from jiuzhu.web.verification.models import Authorisation, Check
from jiuzhu.web.verification.services import authorisation_record, check_start

PROGRAMMES = ("dibao", "dibao_bianyuan")


def signed(home: Household, actor: Actor, scope: Scope, *, number: str = "授〔2026〕1号", **more: Any) -> Authorisation:
    """全家都签了的授权书：未成年人由监护人代签。"""
    today = timezone.localdate()
    people = every(Person).filter(household=home, alive=True, merged_into=None)
    rows = [
        {"person_id": person.person_id, "signer": "" if (person.age() or 0) >= 18 else "其父", "relation": "父亲"}
        for person in people
    ]
    given: dict[str, Any] = {
        "programmes": PROGRAMMES, "members": rows, "valid_from": today, "valid_until": today + timedelta(days=365),
        "document_digest": "a" * 64, "place": "便民服务大厅",
    }  # fmt: skip
    return authorisation_record(household=home, number=number, actor=actor, scope=scope, **given | more)


def checked(home: Household, actor: Actor, scope: Scope, **more: Any) -> tuple[Authorisation, Check]:
    """核对好的一户。"""
    letter = signed(home, actor, scope, **more)
    made = check_start(household=home, programmes=PROGRAMMES, authorisation=letter, actor=actor, scope=scope)
    return letter, made


def published(number: int, urban: float, rural: float) -> RulebookVersion:
    """低保标准另定、今天起施行的一版。"""
    files = shipped_files()
    item = content.parameters(files)["低保标准"]
    today = timezone.localdate()
    values = {day: content.placed(value) for day, value in item["values"].items()} | {
        today - timedelta(days=30 * (4 - number)): {"城": urban, "乡": rural}
    }
    files = content.with_parameter(files, "低保标准", unit=item["unit"], basis=item["basis"], values=values)
    files = content.with_head(files, version=f"2026.{number}", in_force=today)
    people = User.objects.order_by("pk")
    with Scope.everything().applied():
        return RulebookVersion.objects.create(
            division_code=COUNTY, number=number, name="提标", files=files, digest=digest_of(files),
            submitted_at=timezone.now(), submitted_by=people[0], created_by=people[0], published_at=timezone.now(),
            published_by=people[1], in_force=today,
        )  # fmt: skip
