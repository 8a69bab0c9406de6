"""排除预警：写明原因，可撤回，下次再报有提醒；回测拿得到结论。"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.web.cast import every, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.ground.errors import Conflict, ServiceError
from jiuzhu.web.monitoring.models import Closing, HouseholdWarning, Run
from jiuzhu.web.monitoring.selectors import State, handlings, verified_outcomes, with_state
from jiuzhu.web.monitoring.services import warning_close, warning_reopen, warnings_order
from jiuzhu.web.registry.models import Event

from .conftest import EVERYTHING, acting, first


def state(run: Run, row: HouseholdWarning) -> State:
    return handlings(EVERYTHING, run, [row.household_id])[row.household_id].state


def test_排除_留下当时的指标_记上救助链与审计_撤回即回到待处置(warned: Run, cast: dict[str, User]) -> None:
    actor, scope = acting(cast["青禾.县经办"])
    row = first(warned, scope)
    closing = warning_close(warning=row, reason="secured", words="随儿子生活", actor=actor, scope=scope)
    assert (closing.indicators, closing.as_of, closing.band) == (row.indicators, warned.as_of, row.band)
    assert state(warned, row) == State.FALSE
    assert with_state(every(HouseholdWarning).filter(pk=row.pk), warned, EVERYTHING).get().state == "false"
    assert "家庭已有保障" in every(Event).filter(source_kind="monitoring.closing").get().title
    assert Entry.objects.filter(action="monitoring.warning_close").count() == 1
    with pytest.raises(Conflict) as caught:
        warning_close(warning=row, reason="changed", words="又说一遍", actor=actor, scope=scope)
    assert caught.value.code == "closed_already"
    warning_reopen(closing=closing, reason="认错了人", actor=actor, scope=scope)
    assert state(warned, row) == State.OPEN
    with pytest.raises(Conflict):
        warning_reopen(closing=closing, reason="再来", actor=actor, scope=scope)
    warning_close(warning=row, reason="changed", words="情况好转", actor=actor, scope=scope)
    assert every(Closing).count() == 2


def test_派了单的不能排除_缺原因缺情况的不收_邻县看不到(warned: Run, cast: dict[str, User]) -> None:
    actor, scope = acting(cast["青禾.县经办"])
    row = first(warned, scope)
    for given, code in (
        ({"reason": "没有", "words": "看过"}, "no_reason"),
        ({"reason": "gone", "words": " "}, "words_missing"),
    ):
        with pytest.raises(ServiceError) as caught:
            warning_close(warning=row, **given, actor=actor, scope=scope)
        assert caught.value.code == code
    neighbour, elsewhere = acting(cast["禾丰.县经办"])
    with pytest.raises(HouseholdWarning.DoesNotExist):
        warning_close(warning=row, reason="gone", words="迁走", actor=neighbour, scope=elsewhere)
    warnings_order(warnings=[row], actor=actor, scope=scope)
    with pytest.raises(Conflict) as refused:
        warning_close(warning=row, reason="gone", words="迁走", actor=actor, scope=scope)
    assert refused.value.code == "order_in_hand"


def test_同一评估日重算仍算排除_以后再报要提醒(warned: Run, cast: dict[str, User]) -> None:
    actor, scope = acting(cast["青禾.县经办"])
    row = first(warned, scope)
    warning_close(warning=row, reason="data_wrong", words="医保数据重复", actor=actor, scope=scope)
    again = Run.objects.create(
        number=2, division_code=warned.division_code, status=Run.Status.DONE, as_of=warned.as_of,
        folder="x", out_dir=warned.out_dir, finished_at=timezone.now(),
    )  # fmt: skip
    assert state(again, row) == State.FALSE
    later = Run.objects.create(
        number=3, division_code=warned.division_code, status=Run.Status.DONE, out_dir=warned.out_dir, folder="x",
        as_of=(warned.as_of or timezone.localdate()) + timedelta(days=30), finished_at=timezone.now() + timedelta(days=30),
    )  # fmt: skip
    found = handlings(EVERYTHING, later, [row.household_id])[row.household_id]
    assert (found.state, found.earlier) == (State.OPEN, "上次因“数据有误”排除")


def test_回测拿到排除的结论_撤回的不算(warned: Run, cast: dict[str, User]) -> None:
    actor, scope = acting(cast["青禾.县经办"])
    assert verified_outcomes(EVERYTHING).is_empty()
    row = first(warned, scope)
    closing = warning_close(warning=row, reason="aided", words="已在低保", actor=actor, scope=scope)
    frame = verified_outcomes(scope)
    assert frame.to_dicts() == [
        {
            "household_id": row.household_id, "run": 1, "band": row.band, "score": row.score, "true": False,
            "outcome": "closing.aided", "categories": row.categories,
        }
    ]  # fmt: skip
    assert verified_outcomes(acting(cast["禾丰.县经办"])[1]).is_empty()
    warning_reopen(closing=closing, reason="写错了", actor=actor, scope=scope)
    assert verified_outcomes(EVERYTHING).is_empty()


def test_页面上排除与撤回_没有权限的拒绝(warned: Run, cast: dict[str, User]) -> None:
    client, row = signed_in(cast["青禾.县经办"]), first(warned)
    close, page = (reverse(f"monitoring:{name}", args=[row.pk]) for name in ("warning_close", "warning"))
    assert "排除" in client.get(page).content.decode()
    bad = client.post(close, {"reason": "gone", "words": ""})
    assert bad.status_code == 400
    assert "请写明怎么核实的" in bad.content.decode()
    assert client.post(close, {"reason": "gone", "words": "全家迁往外省"}).status_code == 302
    shown = client.get(page).content.decode()
    assert "全家迁往外省" in shown
    assert "撤回排除" in shown
    reopen = reverse("monitoring:warning_reopen", args=[row.pk])
    assert client.post(reopen, {"reason": "又迁回来了"}).status_code == 302
    assert client.post(reopen, {"reason": "再撤"}).status_code == 404
    assert signed_in(cast["青禾.镇调查"]).post(close, {"reason": "gone", "words": "x"}).status_code == 403
    assert signed_in(cast["禾丰.县经办"]).post(close, {"reason": "gone", "words": "x"}).status_code == 404
