"""草稿 → 提交 → 发布：两个人，发布后谁也改不了，某天用哪一版。"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from tests.web.cast import every

from jiuzhu.engine.assessment import load_rulebook
from jiuzhu.web.access.models import User
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.ground.errors import Conflict, NotAllowed, ServiceError
from jiuzhu.web.notices.models import Receipt
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.models.rulebook import State
from jiuzhu.web.policies.rulebook import content
from jiuzhu.web.policies.rulebook.folders import shipped_folder
from jiuzhu.web.policies.selectors import in_force_version, rulebook_folder
from jiuzhu.web.policies.services import (
    rulebook_bands_set,
    rulebook_change,
    rulebook_drop,
    rulebook_points_set,
    rulebook_publish,
    rulebook_return,
    rulebook_submit,
)

from .conftest import COUNTY, acting, fresh

Maker = Callable[..., RulebookVersion]


def edit(cast: dict[str, User], draft: RulebookVersion, points: float = 2.5) -> None:
    """改一处：分值不影响现有用例的得分时才用得着的小改。"""
    actor, scope = acting(cast["青禾.县监测员"])
    rulebook_points_set(version_id=draft.pk, code="JE-04", points=points, actor=actor, scope=scope, reason="试")


def submit(cast: dict[str, User], draft: RulebookVersion) -> None:
    actor, scope = acting(cast["青禾.县监测员"])
    rulebook_submit(version_id=draft.pk, note="断缴更重", actor=actor, scope=scope)


def publish(cast: dict[str, User], draft: RulebookVersion, who: str = "县确认人", days: int = 0) -> RulebookVersion:
    actor, scope = acting(cast[f"青禾.{who}"])
    day = timezone.localdate() + timedelta(days=days)
    return rulebook_publish(version_id=draft.pk, in_force=day, actor=actor, scope=scope)


def test_没有发布过就用随程序的(cast: dict[str, User], draft: RulebookVersion) -> None:
    assert rulebook_folder(COUNTY) == shipped_folder()
    assert draft.based_on is not None
    assert draft.based_on.shipped


def test_从草稿到施行(cast: dict[str, User], draft: RulebookVersion) -> None:
    edit(cast, draft)
    submit(cast, draft)
    assert fresh(draft).state == State.SUBMITTED
    assert every(Receipt).filter(user=cast["青禾.县确认人"], notice__title__contains="待发布").exists()
    published = publish(cast, draft)
    folder = rulebook_folder(COUNTY)
    book = load_rulebook(str(folder))
    assert folder.name.startswith(f"{published.number:04d}-{published.digest[:16]}")
    assert book.digest == published.digest
    assert book.indicator("JE-04").points == 2.5
    assert book.in_force == timezone.localdate()
    assert in_force_version("429997000000") is None
    told = set(every(Receipt).filter(notice__title__contains="已发布").values_list("user__display_name", flat=True))
    assert {"青禾县经办", "青禾镇审核负责人"} <= told
    assert not any(name.startswith("禾丰") for name in told)


def test_没到施行日期还用旧的(cast: dict[str, User], draft: RulebookVersion) -> None:
    edit(cast, draft)
    submit(cast, draft)
    publish(cast, draft, days=10)
    assert rulebook_folder(COUNTY) == shipped_folder()
    later = in_force_version(COUNTY, timezone.localdate() + timedelta(days=10))
    assert later is not None
    assert later.pk == draft.pk


def test_改过的人不能发布(cast: dict[str, User], draft: RulebookVersion) -> None:
    edit(cast, draft)
    approver, scope = acting(cast["青禾.县确认人"])
    rulebook_points_set(version_id=draft.pk, code="JE-04", points=1.5, actor=approver, scope=scope, reason="")
    submit(cast, draft)
    with pytest.raises(NotAllowed) as caught:
        publish(cast, draft)
    assert caught.value.code == "same_person"
    publish(cast, draft, who="领导")


def test_数据库也不许同一个人(cast: dict[str, User], draft: RulebookVersion) -> None:
    same, now = cast["青禾.县监测员"], timezone.now()
    rows = every(RulebookVersion).filter(pk=draft.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(submitted_at=now, submitted_by=same, published_at=now, published_by=same, in_force=now.date())


def test_发布之后改不了(cast: dict[str, User], draft: RulebookVersion) -> None:
    edit(cast, draft)
    submit(cast, draft)
    publish(cast, draft)
    with pytest.raises(Conflict):
        edit(cast, draft, 3)
    with pytest.raises(DatabaseError), transaction.atomic():
        every(RulebookVersion).filter(pk=draft.pk).update(name="偷改")
    with pytest.raises(DatabaseError), transaction.atomic():
        every(RulebookVersion).filter(pk=draft.pk).delete()


def test_用例不成立不能提交(cast: dict[str, User], draft: RulebookVersion) -> None:
    actor, scope = acting(cast["青禾.县监测员"])
    rulebook_points_set(version_id=draft.pk, code="RK-01", points=9, actor=actor, scope=scope, reason="")
    with pytest.raises(Conflict) as caught:
        submit(cast, draft)
    assert caught.value.code == "rulebook_not_ready"


def test_没有改动不能提交(cast: dict[str, User], draft: RulebookVersion) -> None:
    with pytest.raises(Conflict) as caught:
        submit(cast, draft)
    assert caught.value.code == "nothing_changed"


def test_退回写明原因后可以再改(cast: dict[str, User], draft: RulebookVersion) -> None:
    edit(cast, draft)
    submit(cast, draft)
    actor, scope = acting(cast["青禾.领导"])
    with pytest.raises(ServiceError):
        rulebook_return(version_id=draft.pk, reason=" ", actor=actor, scope=scope)
    rulebook_return(version_id=draft.pk, reason="依据没写", actor=actor, scope=scope)
    assert fresh(draft).state == State.RETURNED
    assert every(Receipt).filter(user=cast["青禾.县监测员"], notice__title__contains="被退回").exists()
    edit(cast, draft, 3)
    submit(cast, draft)
    assert fresh(draft).state == State.SUBMITTED


def test_其间发布了别的版本(cast: dict[str, User], make_draft: Maker) -> None:
    first, second = make_draft("甲"), make_draft("乙")
    for version in (first, second):
        edit(cast, version)
    submit(cast, second)
    submit(cast, first)
    publish(cast, first)
    with pytest.raises(Conflict) as caught:
        publish(cast, second)
    assert caught.value.code == "rulebook_stale"


def test_两人同时改后交的不盖掉先交的(cast: dict[str, User], draft: RulebookVersion) -> None:
    actor, scope = acting(cast["青禾.县监测员"])
    edit(cast, draft)
    with pytest.raises(Conflict) as caught:
        rulebook_change(
            version_id=draft.pk, revision=draft.revision, files=content.with_points(draft.files, "YL-03", 5),
            part="指标 YL-03", before=None, after=None, actor=actor, scope=scope,
        )  # fmt: skip
    assert caught.value.code == "changed_meanwhile"


def test_施行日期不能早于今天(cast: dict[str, User], draft: RulebookVersion) -> None:
    edit(cast, draft)
    submit(cast, draft)
    with pytest.raises(ServiceError) as caught:
        publish(cast, draft, days=-1)
    assert caught.value.code == "in_force_past"


def test_别县的人动不了(cast: dict[str, User], draft: RulebookVersion) -> None:
    actor, scope = acting(cast["禾丰.县监测员"])
    with pytest.raises(NotAllowed):
        rulebook_drop(version_id=draft.pk, reason="", actor=actor, scope=scope)
    town, town_scope = acting(cast["青禾.镇审核负责人"])
    with pytest.raises(NotAllowed):
        rulebook_bands_set(
            version_id=draft.pk,
            lows={"red": 9, "orange": 8, "yellow": 7, "blue": 6},
            actor=town,
            scope=town_scope,
            reason="",
        )


def test_每一步都有审计(cast: dict[str, User], draft: RulebookVersion) -> None:
    edit(cast, draft)
    submit(cast, draft)
    publish(cast, draft)
    actions = set(Entry.objects.filter(subject_key=str(draft.pk)).values_list("action", flat=True))
    assert {f"policies.rulebook_{step}" for step in ("draft", "change", "submit", "publish")} <= actions
