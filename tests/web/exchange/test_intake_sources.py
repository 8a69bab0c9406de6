"""来源的时效：迟了没有、耽误什么、提醒一期一次；谁看得到哪些来源。"""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.web.cast import every, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.exchange import services
from jiuzhu.web.exchange.dependence import blocked_by
from jiuzhu.web.exchange.freshness import Agreement, default_agreement, expected
from jiuzhu.web.exchange.models import SourceSetting
from jiuzhu.web.exchange.models.batch import Mode
from jiuzhu.web.exchange.selectors.board import source_lines
from jiuzhu.web.notices.models import Notice

from .desk_batches import COUNTY
from .intake_files import SYSTEM, lines, offered

MONTHLY, TEN_DAYS = Agreement("month", 31, 10), Agreement("days", 10, 10)
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("agreed", "last", "today", "due", "late"),
    [
        (MONTHLY, None, date(2026, 11, 9), date(2026, 11, 10), 0),
        (MONTHLY, date(2026, 10, 31), date(2026, 11, 12), date(2026, 11, 10), 2),
        (MONTHLY, date(2026, 9, 3), date(2026, 11, 5), date(2026, 10, 10), 26),
        (MONTHLY, date(2026, 11, 1), date(2026, 11, 12), date(2026, 12, 10), 0),
        (MONTHLY, date(2026, 12, 2), date(2026, 12, 30), date(2027, 1, 10), 0),
        (TEN_DAYS, date(2026, 11, 1), date(2026, 11, 11), date(2026, 11, 11), 0),
        (TEN_DAYS, date(2026, 11, 1), date(2026, 11, 15), date(2026, 11, 11), 4),
        (Agreement("never", 1, 1), None, date(2026, 11, 15), None, 0),
    ],
)
def test_该在哪天之前报(agreed: Agreement, last: date | None, today: date, due: date | None, late: int) -> None:
    found = expected(agreed, last, today)
    assert (found.due, found.late_days) == (due, late)


def test_迟了就一直是迟_一期提醒一次_过了月每月再一次() -> None:
    days = [date(2026, 10, 11) + timedelta(days=at) for at in range(90)]
    found = [expected(MONTHLY, date(2026, 9, 3), day) for day in days]
    assert all(one.is_late for one in found)
    assert len({one.period for one in found}) == 4


@given(st.sampled_from([MONTHLY, TEN_DAYS, *(default_agreement(text) for text in ("每季", "每年", "每学期"))]), DAYS)
def test_今天刚报过的不会迟(agreed: Agreement, today: date) -> None:
    assert not expected(agreed, today, today).is_late


@pytest.mark.django_db
def test_每个来源耽误的指标_都真用到它() -> None:
    from jiuzhu.engine.assessment.rulebook import load_rulebook
    from jiuzhu.engine.facts import DICTIONARY

    blocked, book = blocked_by(COUNTY), load_rulebook()
    assert len(blocked["medical_settlement"].indicators) > 2
    for source, item in blocked.items():
        for code, _ in item.indicators:
            used = book.indicator(code).rule.names
            assert any(name in DICTIONARY.facts and source in DICTIONARY.sources_of(name) for name in used)


@pytest.mark.usefixtures("home", "db")
def test_一览与提醒(cast: dict[str, User]) -> None:
    with Scope.everything().applied():
        batch = offered(lines(3))
        services.batch_confirm(batch=batch, choice=services.Choice(Mode.FULL), actor=SYSTEM, scope=Scope.everything())
        services.batch_take(batch_id=batch.pk)
        sources = {line.source.key: line for line in source_lines(Scope.everything(), COUNTY)}
        fresh = sources["medical_settlement"]
        assert (fresh.rows, fresh.expected.is_late, [bar["rows"] for bar in fresh.bars]) == (3, False, [3])
        day = fresh.expected.due
        assert day is not None
        later = day.replace(day=day.day + 5)
        assert services.late_reminded(today=later) > 0
        assert services.late_reminded(today=later) == 0, "一期只提醒一次"
        assert services.late_reminded(today=later.replace(day=later.day + 1)) == 0
    told = every(Notice).get(title="住院及大病结算还没有报")
    assert told.recipients >= 2
    board = signed_in(cast["青禾.县监测员"]).get(reverse("exchange:board")).content.decode()
    assert "从没报过" in board
    assert "项指标" in board


@pytest.mark.usefixtures("home", "db")
def test_部门只看自己的来源(cast: dict[str, User]) -> None:
    bureau = signed_in(cast["青禾.部门经办"])
    board = bureau.get(reverse("exchange:board")).content.decode()
    assert "住院及大病结算" in board
    assert "机动车" not in board
    assert bureau.get(reverse("exchange:source", args=["medical_settlement"])).status_code == 200
    assert bureau.get(reverse("exchange:source", args=["vehicle"])).status_code == 404
    assert bureau.post(reverse("exchange:source_set", args=["medical_settlement"])).status_code == 403
    assert bureau.post(reverse("exchange:folder_scan")).status_code == 403
    assert signed_in(cast["青禾.村协理员"]).get(reverse("exchange:board")).status_code == 403


@pytest.mark.usefixtures("home", "db")
def test_改约定(cast: dict[str, User]) -> None:
    monitor = signed_in(cast["青禾.县监测员"])
    url = reverse("exchange:source_set", args=["vehicle"])
    wrong = monitor.post(url, {"rhythm": "month", "month_day": 31, "every_days": 31})
    assert wrong.status_code == 400
    assert "1 号到 28 号" in wrong.content.decode()
    assert monitor.post(url, {"rhythm": "days", "month_day": 5, "every_days": 7}).status_code == 302
    setting = every(SourceSetting).get()
    assert (setting.division_code, setting.every_days) == (COUNTY, 7)
    assert monitor.post(reverse("exchange:source_set", args=["no_such"]), {}).status_code == 404


@pytest.mark.usefixtures("home", "db")
def test_按按钮收文件夹(cast: dict[str, User]) -> None:
    import os

    from django.conf import settings

    from .intake_files import put

    path = put(settings.DATA_DIR, "医保.csv", lines(3))
    os.utime(path, (1, 1))
    answer = signed_in(cast["青禾.县监测员"]).post(reverse("exchange:folder_scan"), follow=True)
    assert "新收 1 个文件" in answer.content.decode()
