"""由预警派单：选几户派、自动派、并入在办的、停了接着派。"""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.web.cast import COUNTY, every, signed_in

from jiuzhu.engine.assessment import load_rulebook
from jiuzhu.web.access.models import User
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.monitoring.models import Dispatch, HouseholdWarning, Plan, Run
from jiuzhu.web.monitoring.selectors import State, handlings, plans_in_force, with_state
from jiuzhu.web.monitoring.services import (
    demo_plans_ensure,
    dispatch_execute,
    dispatches_rescue,
    warning_close,
    warnings_opened,
    warnings_order,
)
from jiuzhu.web.monitoring.services import opening as module
from jiuzhu.web.monitoring.services.needs import Offices, told_of
from jiuzhu.web.monitoring.services.opening import candidates
from jiuzhu.web.orders.models import Order, OrderPart

from .conftest import EVERYTHING, SYSTEM, acting, first


def parts_of(order: Order) -> dict[str, OrderPart]:
    return {part.organisation.code: part for part in OrderPart._base_manager.filter(order=order)}


def give_offices() -> None:
    """本县各部门都有机构。"""
    for code, name in (("jiaoyu", "教育局"), ("weijian", "卫健局"), ("zhujian", "住建局")):
        Organisation.objects.create(
            code=f"青禾-{code}", name=f"青禾县{name}", kind="department", department=code, division_code=COUNTY
        )


def test_各部门只拿到自己的指标与事实_事实有出处(warned: Run) -> None:
    give_offices()
    rows = list(every(HouseholdWarning).filter(run=warned).order_by("pk")[:40])
    offices = Offices(COUNTY)
    several = 0
    for row, told in told_of(Path(warned.out_dir), rows, COUNTY):
        assert {need.organisation_id for need in told.needs} <= set(Organisation.objects.values_list("pk", flat=True))
        assert told.title.startswith(row.get_band_display())
        several += len(told.needs) > 1
        for need in told.needs:
            assert need.indicators
            assert all(fact["source"] for fact in need.facts)
            for item in need.indicators:
                titles = departments()[item["code"]]
                found = [office for title in titles if (office := offices.of(title)) is not None]
                assert need.organisation_id in {office.pk for office in found or [offices.lead]}
    assert several


@cache
def departments() -> dict[str, tuple[str, ...]]:
    """指标代码 → 应知部门。"""
    return {item.code: item.departments for item in load_rulebook("default").indicators}


def test_选一户派单_再派并入同一单(warned: Run, cast: dict[str, User]) -> None:
    actor, scope = acting(cast["青禾.县经办"])
    row = first(warned, scope)
    made = warnings_order(warnings=[row], actor=actor, scope=scope)
    assert (made.opened, made.joined, made.problems) == (1, 0, [])
    order = every(Order).get()
    assert order.household is not None
    assert (order.household.household_id, order.origin) == (row.household_id, "warning")
    assert parts_of(order)
    again = warnings_order(warnings=[row], actor=actor, scope=scope)
    assert (again.opened, again.joined, every(Order).count()) == (0, 1, 1)
    handling = handlings(scope, warned, [row.household_id])[row.household_id]
    assert handling.state == State.IN_HAND
    states = with_state(HouseholdWarning.objects.within(scope).filter(run=warned), warned, scope)
    assert list(states.filter(state="in_hand").values_list("pk", flat=True)) == [row.pk]
    Plan.objects.create(
        division_code=COUNTY, category=row.categories[0], version=1, limit_days=17, saved_at=timezone.now()
    )
    card = reverse("monitoring:plan_card") + f"?order={order.pk}"
    page = signed_in(cast["青禾.县经办"]).get(reverse("orders:order", args=[order.pk])).text
    assert card in page, "单的页上取照哪一类的五个一办"
    assert "17 个工作日" in signed_in(cast["青禾.县经办"]).get(card).text
    assert signed_in(cast["禾丰.县经办"]).get(card).status_code == 404


def test_没有选_选太多_旧的监测_都不派(warned: Run, cast: dict[str, User], make_run: Any) -> None:
    actor, scope = acting(cast["青禾.县经办"])
    row = first(warned, scope)
    with pytest.raises(ServiceError) as caught:
        warnings_order(warnings=[], actor=actor, scope=scope)
    assert caught.value.code == "nothing_chosen"
    with pytest.raises(ServiceError) as caught:
        warnings_order(warnings=[row] * 51, actor=actor, scope=scope)
    assert caught.value.code == "too_many"
    make_run(2)
    with pytest.raises(ServiceError) as caught:
        warnings_order(warnings=[row], actor=actor, scope=scope)
    assert caught.value.code == "old_run"


def test_没有立五个一不自动派_立了只派所设的级别(warned: Run) -> None:
    assert warnings_opened(run=warned) is None
    demo_plans_ensure(division_code=COUNTY, actor=SYSTEM)
    dispatch = warnings_opened(run=warned)
    assert dispatch is not None
    assert ProcrastinateJob.objects.get(pk=dispatch.job_id).task_name == "monitoring_dispatch"
    assert warnings_opened(run=warned) == dispatch
    wanted = {row.household_id for row in every(HouseholdWarning).filter(run=warned, band="red")}
    with EVERYTHING.applied():
        done = dispatch_execute(dispatch_id=dispatch.pk)
    assert done is not None
    assert (done.opened, done.joined, done.error_text) == (len(wanted), 0, "")
    assert done.done == done.total == len(wanted)
    assert set(every(Order).values_list("household__household_id", flat=True)) == wanted
    assert all("牵头，20 个工作日办结" in order.words for order in every(Order))
    with EVERYTHING.applied():
        assert dispatch_execute(dispatch_id=dispatch.pk) is None


def test_派到一半停了_接着派不派重(warned: Run) -> None:
    demo_plans_ensure(division_code=COUNTY, actor=SYSTEM)
    dispatch = warnings_opened(run=warned)
    assert dispatch is not None
    real, seen = module.Opening.open, []

    def dying(self: module.Opening, wanted: Any) -> Any:
        seen.append(len(wanted))
        found = real(self, wanted)
        if len(seen) == 2:
            raise KeyboardInterrupt  # 第二批写了一半，事务没有提交
        return found

    with EVERYTHING.applied(), patch.object(module, "BATCH", 3):
        with (
            patch.object(module.Opening, "open", dying),
            pytest.raises(KeyboardInterrupt),
        ):
            dispatch_execute(dispatch_id=dispatch.pk)
        kept = every(Order).count()
        assert kept == 6 == sum(seen)
        assert dispatches_rescue() == 0  # 任务还在排队
        ProcrastinateJob.objects.all().delete()
        assert dispatches_rescue() == 1
        done = dispatch_execute(dispatch_id=dispatch.pk)
    assert done is not None
    keys = list(every(Order).values_list("household__household_id", flat=True))
    assert len(keys) == len(set(keys)) == done.total
    assert (done.joined, done.opened) == (kept, done.total - kept)


def test_出了意外写明_不再没完没了地重来(warned: Run) -> None:
    demo_plans_ensure(division_code=COUNTY, actor=SYSTEM)
    dispatch = warnings_opened(run=warned)
    assert dispatch is not None
    with EVERYTHING.applied(), patch.object(module, "told_of", side_effect=RuntimeError("坏了")):
        done = dispatch_execute(dispatch_id=dispatch.pk)
        assert done is not None
        assert "意外错误" in done.error_text
        ProcrastinateJob.objects.all().delete()
        assert dispatches_rescue() == 0


def test_刚排除过又没有新原因的不自动派_有新原因或过了时限的派(warned: Run) -> None:
    demo_plans_ensure(division_code=COUNTY, actor=SYSTEM)
    row = every(HouseholdWarning).filter(run=warned, band="red").order_by("pk")[0]
    now = timezone.now()
    with EVERYTHING.applied():
        closing = warning_close(
            warning=row, reason="secured", words="已由子女赡养", actor=SYSTEM, scope=EVERYTHING, now=now
        )
        # 下个月再监测，同样的预警又来了
        Run.objects.within(EVERYTHING).filter(pk=warned.pk).update(finished_at=now + timedelta(days=30))
        warned.refresh_from_db()
        plans: dict[str, Plan] = plans_in_force(EVERYTHING, COUNTY)

        def chosen(day: int) -> bool:
            at = now + timedelta(days=day)
            return row.household_id in {each.household_id for each in candidates(warned, plans, at)}

        assert handlings(EVERYTHING, warned, [row.household_id])[row.household_id].earlier == "上次因“家庭已有保障”排除"
        assert not chosen(31)
        assert chosen(91)
        closing.indicators = closing.indicators[1:]
        closing.save()
        assert chosen(31)


def test_页面上勾选派单_回到原来的名单(warned: Run, cast: dict[str, User]) -> None:
    client = signed_in(cast["青禾.县经办"])
    row = first(warned)
    listing = reverse("monitoring:warnings") + "?state=open"
    page = client.get(listing).content.decode()
    assert f'name="warning" value="{row.pk}"' in page
    answer = client.post(reverse("monitoring:warnings_open"), {"warning": [str(row.pk)], "next": listing})
    assert (answer.status_code, answer["Location"]) == (302, listing)
    assert every(Order).count() == 1
    assert f'value="{row.pk}"' not in client.get(listing).content.decode()
    assert "派单在办" in client.get(reverse("monitoring:warnings") + "?state=in_hand").content.decode()
    away = client.post(reverse("monitoring:warnings_open"), {"warning": [str(row.pk)], "next": "https://evil.test/"})
    assert away["Location"] == reverse("monitoring:warnings")


def test_派不了的岗位_别县的预警(warned: Run, cast: dict[str, User]) -> None:
    url, data = reverse("monitoring:warnings_open"), {"warning": [str(first(warned).pk)]}
    assert signed_in(cast["青禾.镇调查"]).post(url, data).status_code == 403
    assert signed_in(cast["没有岗位"]).post(url, data).status_code == 403
    signed_in(cast["禾丰.县经办"]).post(url, data)
    assert not every(Order).exists()
    assert signed_in(cast["禾丰.县经办"]).get(reverse("monitoring:dispatch", args=[1])).status_code == 404


def test_进度(warned: Run, cast: dict[str, User]) -> None:
    demo_plans_ensure(division_code=COUNTY, actor=SYSTEM)
    dispatch = warnings_opened(run=warned)
    assert dispatch is not None
    client, url = signed_in(cast["青禾.镇窗口"]), reverse("monitoring:dispatch", args=[1])
    assert "正在自动派单" in client.get(url).content.decode()
    assert "正在自动派单" in client.get(reverse("monitoring:warnings")).content.decode()
    every(Dispatch).update(finished_at=timezone.now())
    assert client.get(url).status_code == 204
