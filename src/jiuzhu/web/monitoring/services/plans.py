"""五个一：立与改。改一次添一版，旧版留着备查。"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from jiuzhu.web.access.models import Post
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.divisions.selectors import name_of, organisation_of_department
from jiuzhu.web.ground.errors import Conflict, NotAllowed, ServiceError
from jiuzhu.web.monitoring.labels import CATEGORIES
from jiuzhu.web.monitoring.models import COUNTY_WIDTH, Plan, PlanMember
from jiuzhu.web.monitoring.selectors import plan_of

KEPT = ("words", "duty", "rhythm", "limit_days", "auto_bands", "quiet_days")
SUBJECT = "monitoring.plan"
CHANGED = "这份五个一刚被别人改过，没有存。请刷新后在新的一版上改。"


@dataclass(frozen=True)
class Member:
    """专班里的一家。"""

    organisation_id: int
    duty: str = ""
    post_id: int | None = None


@transaction.atomic
def plan_save(
    *,
    division_code: str,
    category: str,
    version: int,
    leader_id: int | None,
    members: Sequence[Member],
    content: dict[str, Any],
    actor: Actor,
    scope: Scope,
    now: datetime | None = None,
) -> Plan:
    """存下新的一版。``version`` 是改之前看到的版本（没有为 0），别人先改过就不存；什么也没改也不存。

    Raises:
        NotAllowed: 不是本县的（outside_county）。
        ServiceError: 没有这个类别（no_category），领导或单位不是本县的（other_county）。
        Conflict: 别人先改了（plan_changed）。
    """
    county = division_code[:COUNTY_WIDTH]
    _demand(county, category, leader_id, members, scope)
    before = plan_of(scope, county, category)
    seen = before.version if before else 0
    if seen != version:
        raise Conflict(CHANGED, code="plan_changed")
    if before is not None and _same(before, leader_id, members, content):
        return before
    plan = Plan(
        division_code=county.ljust(12, "0"),
        category=category,
        version=seen + 1,
        leader_id=leader_id,
        saved_by_id=actor.user_id,
        saved_by_name=actor.name,
        saved_at=now or timezone.now(),
        **{name: content[name] for name in KEPT},
    )
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(CHANGED, code="plan_changed") from error
    PlanMember.objects.bulk_create(
        PlanMember(plan=plan, organisation_id=each.organisation_id, post_id=each.post_id, duty=each.duty)
        for each in members
    )
    record(
        actor=actor,
        action="monitoring.plan_save",
        subject=Subject(SUBJECT, str(plan.pk), f"{name_of(plan.division_code)} {plan}"),
        before=_facts(before) if before else None,
        after=_facts(plan),
    )
    return plan


def _demand(county: str, category: str, leader_id: int | None, members: Sequence[Member], scope: Scope) -> None:
    if not scope.covers(county):
        raise NotAllowed("这个县不归您当前的岗位管，没有存。", code="outside_county")
    if category not in CATEGORIES:
        raise ServiceError(f"没有“{category}”这一类预警，没有存。", code="no_category")
    offices = Organisation.objects.filter(
        pk__in=[each.organisation_id for each in members], division_code__startswith=county
    )
    posts = {each.post_id for each in members if each.post_id} | ({leader_id} if leader_id else set())
    known = Post.objects.filter(pk__in=posts, organisation__division_code__startswith=county)
    if offices.count() != len({each.organisation_id for each in members}) or known.count() != len(posts):
        raise ServiceError("选的领导或单位不是本县的，没有存。请重新选。", code="other_county")


def _same(before: Plan, leader_id: int | None, members: Sequence[Member], content: dict[str, Any]) -> bool:
    kept = [(each.organisation_id, each.post_id, each.duty) for each in before.members.within(Scope.everything())]
    return (
        before.leader_id == leader_id
        and all(getattr(before, name) == content[name] for name in KEPT)
        and kept == [(each.organisation_id, each.post_id, each.duty) for each in members]
    )


def _facts(plan: Plan) -> dict[str, Any]:
    members = plan.members.within(Scope.everything()).select_related("organisation")
    return {
        "version": plan.version,
        "leader": str(plan.leader or ""),
        "members": [str(each.organisation) for each in members],
        **{name: getattr(plan, name) for name in KEPT},
    }


DEMO_BANDS = ["red"]
DEMO_OFFICES = {  # 演示县各类的专班：牵头的在前，照部门职责
    "人口基础": ("minzheng", "canlian", "weijian"),
    "财产收入": ("minzheng", "renshe"),
    "医疗": ("yibao", "weijian", "minzheng"),
    "教育": ("jiaoyu", "minzheng"),
    "就业": ("renshe", "nongye"),
    "住房": ("zhujian", "minzheng"),
    "低边": ("minzheng", "nongye"),
    "刚性支出": ("minzheng", "yibao", "jiaoyu"),
}
DEMO_WORDS = """一、预警发出后，镇窗口两个工作日内上门或电话核实，不属实的写明原因排除。
二、属实的按指标分送有关部门，一户一单，谁主管谁落实。
三、一个部门解决不了的，由牵头单位召集会商，一事一议。
四、办结后抽查回访，群众不满意的重新办理。"""


def demo_plans_ensure(*, division_code: str, actor: Actor) -> int:
    """演示县的五个一：没有立过的各立一份，只有红色自动派单，头几天不至于忙不过来。返回新立的份数。"""
    scope, county = Scope.everything(), division_code[:COUNTY_WIDTH]
    made = 0
    with scope.applied():
        leader = Post.objects.filter(role="leader", organisation__division_code__startswith=county).first()
        for category, departments in DEMO_OFFICES.items():
            if plan_of(scope, county, category) is not None:
                continue
            offices = [organisation_of_department(code, county) for code in departments]
            plan_save(
                division_code=division_code,
                category=category,
                version=0,
                leader_id=leader.pk if leader else None,
                members=[
                    Member(office.pk, "牵头" if number == 0 else "按职责办理、反馈")
                    for number, office in enumerate(offices)
                    if office is not None
                ],
                content={
                    "words": DEMO_WORDS,
                    "duty": f"牵头领导对{category}类预警按期清零负总责，专班各单位对本单位的单子负责。",
                    "rhythm": Plan.Rhythm.MONTHLY,
                    "limit_days": 20,
                    "auto_bands": DEMO_BANDS,
                    "quiet_days": 90,
                },
                actor=actor,
                scope=scope,
            )
            made += 1
    return made
