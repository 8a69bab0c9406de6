"""一个框：人、户、事项。只在所辖与转到本单位的里面找；找过什么记审计，号码不落笔。"""

import re
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.process.models import Instance
from jiuzhu.web.registry import selectors as registry

CASE = re.compile(r"^(?:事项)?\s*#?(\d{1,8})$")
MOST = 50


@dataclass(frozen=True)
class Answer:
    """``households`` 是找到的户（连同对上的人），``cases`` 是找到的事项；``by`` 说明按什么找的。"""

    by: str
    households: list[registry.Found]
    cases: list[Instance]
    more: bool = False
    area: str = ""

    @property
    def only(self) -> str | None:
        """只找到一户、没有别的：它的户编号。"""
        return self.households[0].household.household_id if len(self.households) == 1 and not self.cases else None


@transaction.atomic
def search(scope: Scope, text: str, *, actor: Actor) -> Answer:
    """按一句话找。纯数字且不长的当事项编号，其余交给对象库。"""
    if number := CASE.match(text.strip()):
        cases = list(_cases(scope).filter(pk=int(number.group(1))))
        answer = Answer("事项编号", [], cases)
    else:
        found = registry.search(scope, text, MOST)
        keys = [row.household.household_id for row in found.rows]
        cases = list(
            _cases(scope).filter(subject_kind="registry.household", subject_key__in=keys, ended_at=None)[:MOST]
        )
        answer = Answer(found.by, found.rows, cases if len(keys) != 1 else [], found.more, found.area)
    record(
        actor=actor,
        action="desk.search",
        subject=Subject(kind="desk.search", key=answer.by, label=f"按{answer.by}查找"),
        after={"rows": len(answer.households) + len(answer.cases)},
    )
    return answer


def _cases(scope: Scope) -> QuerySet[Instance]:
    return Instance.objects.within(scope).select_related("definition").order_by("-opened_at")
