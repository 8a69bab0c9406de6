"""补算、善后、自动监测:只重算有变动的户;后台被杀从头再做,不重不漏;照约定自动发起。"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings
from tests.web.cast import COUNTY, every, signed_in

from jiuzhu.engine.batches import BatchIntake
from jiuzhu.keys import ensure_identity_key
from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.exchange.models import Batch
from jiuzhu.web.exchange.services import batch_intake
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.monitoring import selectors, services
from jiuzhu.web.monitoring.models import Finding, HouseholdWarning, Run, RunFile, RunSchedule
from jiuzhu.web.monitoring.services import running
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.rulebook.folders import digest_of, shipped_files
from jiuzhu.web.registry.models import Household, Person

from .taken import keep, take

SYSTEM = Actor.system("测试")


@pytest.fixture(autouse=True)
def home(db: None, settings: Settings, county: Path, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    settings.DATA_DIR = tmp_path / "files"
    settings.RUNS_DIR = tmp_path / "runs"
    settings.KEY_FILE = tmp_path / "identity.key"
    ensure_identity_key(tmp_path / "identity.key")
    take(county)


def done(run: Run) -> Run:
    services.run_execute(run_id=run.pk)
    run.refresh_from_db()
    assert run.status == Run.Status.DONE, run.error_text
    return run


def started(**given: object) -> Run:
    return services.run_start(actor=SYSTEM, division_code=COUNTY, **given)


def supplement() -> Batch:
    """补一批:十几行医疗费改大。"""
    old = batch_intake(every(Batch).get(source="medical_settlement"))
    rows = old.rows.head(12).with_columns(self_paid=pl.lit(66_000.0))
    more = BatchIntake(old.source, rows, report=old.report).labelled("补报.csv")
    return keep(more, 900, mode="supplement")


def figures(run: Run) -> dict[str, object]:
    return {
        "counts": {
            name: run.counts[name] for name in ("rows_read", "people", "households", "bands", "warnings", "findings")
        },
        "warnings": every(HouseholdWarning).filter(run=run).count(),
        "findings": every(Finding).filter(run=run).count(),
        "files": every(RunFile).filter(run=run).count(),
        "households": every(Household).count(),
        "people": every(Person).count(),
    }


def test_补一批之后补算_只重算一部分_记下用的批与照抄谁() -> None:
    first = done(started())
    assert first.work["mode"] == "full"
    assert {file.batch_id for file in every(RunFile).filter(run=first)} == set(
        every(Batch).values_list("pk", flat=True)
    )
    extra = supplement()
    second = done(services.run_refresh(actor=SYSTEM, division_code=COUNTY))
    assert (second.as_of, second.base, second.is_partial) == (first.as_of, first, True)
    assert second.work["sources"] == ["medical_settlement"]
    assert 0 < second.work["households"] <= 12
    assert every(RunFile).get(run=second, batch=extra).file == "补报.csv"
    assert second.data_digest != first.data_digest


def test_补算的结果_与全部重算装入的相同(settings: Settings, tmp_path: Path) -> None:
    first = done(started())
    supplement()
    partial = done(services.run_refresh(actor=SYSTEM, division_code=COUNTY))
    Path(partial.out_dir, "state.json").unlink()
    Path(first.out_dir, "state.json").unlink()
    full = done(services.run_refresh(actor=SYSTEM, division_code=COUNTY))
    assert full.work["mode"] == "full"
    assert figures(full) == figures(partial)
    assert full.summary == partial.summary


def test_同一评估日补算_对照的上期不变(make_run: Callable[..., Run]) -> None:
    first = done(started())
    again = done(services.run_refresh(actor=SYSTEM, division_code=COUNTY))
    assert again.previous == first.previous is None
    assert first.as_of is not None
    later = done(started(as_of=first.as_of + timedelta(days=9)))
    assert later.previous == again
    assert later.work["mode"] == "full"
    assert "评估日不同" in later.work["why"]


def published(number: int, in_force: date, publisher: User) -> RulebookVersion:
    """县里发布的一版：与默认手册只有版本号不同。"""
    files = shipped_files()
    files["rulebook.yaml"] = re.sub(r"(?m)^version: .*$", f"version: 县{number}", files["rulebook.yaml"])
    return RulebookVersion.objects.create(
        division_code=COUNTY, number=number, name=f"第{number}版", files=files, digest=digest_of(files),
        submitted_at=timezone.now(), published_at=timezone.now(), published_by=publisher, in_force=in_force,
    )  # fmt: skip


def test_评估过去某天_用那天施行的手册_记录里写明(
    desk: Client, officer: User, settings: Settings, tmp_path: Path
) -> None:
    settings.RULEBOOKS_DIR = tmp_path / "rulebooks"
    published(1, date(2026, 1, 1), officer)
    published(2, date(2026, 10, 15), officer)
    run = done(started(as_of=date(2026, 9, 30)))
    assert (run.rulebook_version, run.rulebook_on, run.rulebook_since) == (
        "县1",
        date(2026, 9, 30),
        date(2026, 1, 1),
    )
    assert "2026年9月30日施行的一版，自2026年1月1日起施行" in desk.get(reverse("monitoring:run", args=[1])).text
    again = services.run_refresh(actor=SYSTEM, division_code=COUNTY)
    assert again.rulebook_on == run.rulebook_on
    every(Run).filter(pk=again.pk).update(status=Run.Status.FAILED)
    assert started().rulebook_on is None


def test_评估日早于已有的监测_是重演_不动现在的(settings: Settings, tmp_path: Path) -> None:
    settings.RULEBOOKS_DIR = tmp_path / "rulebooks"
    first = done(started())
    assert first.as_of is not None
    households = dict(every(Household).values_list("household_id", "last_run_number"))
    replay = done(started(as_of=first.as_of - timedelta(days=40)))
    county = Scope(role="system", areas=(COUNTY[:6],))
    latest = selectors.latest_run(county)
    assert replay.is_replay
    assert (latest, selectors.is_latest(county, replay)) == (first, False)
    assert every(HouseholdWarning).filter(run=replay).exists()
    assert dict(every(Household).values_list("household_id", "last_run_number")) == households
    again = services.run_refresh(actor=SYSTEM, division_code=COUNTY)
    assert (again.as_of, again.is_replay) == (first.as_of, False)


def test_没有完成过_不能补算(officer: User) -> None:
    with pytest.raises(ServiceError) as caught:
        services.run_refresh(actor=SYSTEM, division_code=COUNTY)
    assert caught.value.code == "no_run"
    answer = signed_in(officer).post(reverse("monitoring:run_refresh"))
    assert answer.status_code == 409


# ── 后台被杀 ─────────────────────────────────────────────────────────────────


def lose_job(run: Run) -> None:
    """工作进程被杀,任务由巡查收走了。"""
    ProcrastinateJob.objects.filter(pk=run.job_id).delete()


class Killed(BaseException):
    """模拟进程被杀:不是 Exception,谁也接不住。"""


PLACES = ("_compute", "run_load", "households_load", "divisions_ensure_from_places")


def test_在各处被杀_巡查之后从头再做_计数相同(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MOST_ATTEMPTS", len(PLACES) + 1)
    run = started()

    def killed(*args: object, **kwargs: object) -> None:
        raise Killed

    for attempts, place in enumerate(PLACES, start=1):
        with monkeypatch.context() as patch:
            patch.setattr(running, place, killed)
            with pytest.raises(Killed):
                services.run_execute(run_id=run.pk)
        run.refresh_from_db()
        assert (run.status, run.attempts) == (Run.Status.RUNNING, attempts)
        assert not every(HouseholdWarning).exists()
        assert not every(Household).exists()
        assert services.runs_rescue() == 0
        lose_job(run)
        assert services.runs_rescue() == 1
        run.refresh_from_db()
        assert run.status == Run.Status.QUEUED
        assert ProcrastinateJob.objects.get(pk=run.job_id).args == {"run_id": run.pk}
    done(run)
    assert run.attempts == len(PLACES) + 1
    assert every(HouseholdWarning).filter(run=run).count() == run.counts["warnings"]
    assert every(RunFile).filter(run=run).count() == run.counts["files"]
    assert [path.name for path in Path(run.out_dir).parent.iterdir()] == [Path(run.out_dir).name]


def test_旧的一遍又活过来_什么也不写(monkeypatch: pytest.MonkeyPatch) -> None:
    run = started()
    every(Run).filter(pk=run.pk).update(status=Run.Status.RUNNING, attempts=1)
    stale = every(Run).get(pk=run.pk)
    computed = running._compute(stale)
    lose_job(run)
    services.runs_rescue()
    fresh = done(every(Run).get(pk=run.pk))
    kept = figures(fresh)
    running._keep(stale, computed)
    assert figures(fresh) == kept
    running._fail(stale, "late", "迟到的失败")
    fresh.refresh_from_db()
    assert (fresh.status, fresh.error_text) == (Run.Status.DONE, "")


def test_一再被杀_不再自动重做_可以人工重来(officer: User) -> None:
    run = started()
    every(Run).filter(pk=run.pk).update(status=Run.Status.RUNNING, attempts=running.MOST_ATTEMPTS)
    lose_job(run)
    assert services.runs_rescue() == 1
    run.refresh_from_db()
    assert run.status == Run.Status.INTERRUPTED
    assert started().number == 2


# ── 自动监测 ─────────────────────────────────────────────────────────────────


def save(user: User, **given: object) -> RunSchedule:
    scope = Scope(role="county_monitor", areas=(COUNTY[:6],))
    given = {"day": None, "after_batch": False, **given}
    return services.schedule_save(division_code=COUNTY, actor=SYSTEM, scope=scope, **given)


def test_每月到了日子发起一次_同月不再发起(officer: User) -> None:
    today = timezone.localdate().replace(day=20)
    assert services.runs_due(today=today) == []
    save(officer, day=21)
    assert services.runs_due(today=today) == []
    save(officer, day=20)
    (run,) = services.runs_due(today=today)
    assert (run.trigger, run.as_of) == (Run.Trigger.MONTHLY, None)
    assert services.runs_due(today=today) == []
    done(run)
    every(Run).filter(pk=run.pk).update(created_at=timezone.now().replace(day=20))
    assert services.runs_due(today=today + timedelta(days=1)) == []


def test_新到一批_静下来之后补算_没有新的不算(officer: User) -> None:
    save(officer, after_batch=True)
    assert services.runs_due() == []
    first = done(started())
    assert services.runs_due() == []
    extra = supplement()
    assert services.runs_due() == []
    every(Batch).update(taken_at=timezone.now() - timedelta(minutes=5))
    (run,) = services.runs_due()
    assert (run.trigger, run.as_of) == (Run.Trigger.BATCH, first.as_of)
    done(run)
    assert services.runs_due() == []
    every(Batch).filter(pk=extra.pk).update(withdrawn_at=timezone.now())
    (again,) = services.runs_due()
    assert done(again).is_partial


def test_在页面上改自动监测(desk: Client, leader: User) -> None:
    url = reverse("monitoring:schedule")
    assert desk.post(url, {"day": "5", "after_batch": "on"}).status_code == 302
    schedule = every(RunSchedule).get()
    assert (schedule.day, schedule.after_batch) == (5, True)
    page = desk.get(reverse("monitoring:runs")).content.decode()
    assert "每月 5 日" in page
    assert desk.post(url, {"day": "31"}).status_code == 400
    assert signed_in(leader).post(url, {"day": "6"}).status_code == 403
    schedule.refresh_from_db()
    assert schedule.day == 5
