"""监测的始末:发起、执行、失败、中断、重来。"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings
from tests.web.cast import COUNTY, every
from tests.web.conftest import signed_in

from jiuzhu.keys import ensure_identity_key
from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.roles import ROLES
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.desk.accounts import DEMO_ACCOUNTS
from jiuzhu.web.exchange.models import Batch
from jiuzhu.web.ground.errors import Conflict, ServiceError
from jiuzhu.web.monitoring import services
from jiuzhu.web.monitoring.models import HouseholdWarning, Run, RunFile
from jiuzhu.web.monitoring.services import receiving
from jiuzhu.web.monitoring.services.progress import ProgressRecorder

from .taken import take


@pytest.fixture(autouse=True)
def home(db: None, settings: Settings, county: Path, tmp_path: Path) -> None:
    """测试县的文件都已接收成批,批次库、结果在临时文件夹。"""
    settings.HOME = tmp_path
    settings.DATA_DIR = tmp_path / "files"
    settings.RUNS_DIR = tmp_path / "runs"
    settings.KEY_FILE = tmp_path / "identity.key"
    ensure_identity_key(tmp_path / "identity.key")
    take(county)


def test_发起即登记并交给后台(officer: User) -> None:
    run = services.run_start(actor=Actor.system("测试"), division_code=COUNTY)
    assert (run.number, run.status) == (1, Run.Status.QUEUED)
    job = ProcrastinateJob.objects.get(pk=run.job_id)
    assert (job.task_name, job.args, job.status) == ("monitoring_run", {"run_id": run.pk}, "todo")


def test_同时只有一次(officer: User) -> None:
    services.run_start(actor=Actor.system("测试"), division_code=COUNTY)
    with pytest.raises(Conflict) as caught:
        services.run_start(actor=Actor.system("测试"), division_code=COUNTY)
    assert caught.value.code == "run_active"
    assert every(Run).count() == 1


def test_没有权限不能发起(leader: User) -> None:
    client = signed_in(leader)
    assert client.post(reverse("monitoring:run_new")).status_code == 403
    assert "重新监测" not in client.get(reverse("monitoring:overview")).content.decode()
    assert not every(Run).exists()


def test_没有文件不发起(officer: User, settings: Settings, tmp_path: Path) -> None:
    every(Batch).update(withdrawn_at=timezone.now())
    with pytest.raises(ServiceError) as caught:
        services.run_start(actor=Actor.system("测试"), division_code=COUNTY)
    assert caught.value.code == "no_files"


def test_从发起到完成(desk: Client, officer: User) -> None:
    answer = desk.post(reverse("monitoring:run_new"), {"as_of": ""})
    assert (answer.status_code, answer["Location"]) == (302, reverse("monitoring:runs"))
    run = every(Run).get()
    progress = desk.get(reverse("monitoring:run_progress", args=[1])).content.decode()
    assert "等待后台开始" in progress
    services.run_execute(run_id=run.pk)
    run.refresh_from_db()
    assert run.status == Run.Status.DONE, run.error_text
    assert run.as_of is not None
    assert run.started_by == officer
    assert every(HouseholdWarning).filter(run=run).count() == run.counts["warnings"]
    assert Path(run.out_dir, "summary.json").is_file()
    done = desk.get(reverse("monitoring:run_progress", args=[1]))
    assert (done.status_code, done["HX-Refresh"]) == (204, "true")


def test_评估日期写错不发起(desk: Client) -> None:
    answer = desk.post(reverse("monitoring:run_new"), {"as_of": "明天"})
    assert answer.status_code == 400
    assert "评估日期写法不对" in answer.content.decode()
    assert 'value="明天"' in answer.content.decode(), "写的还在，就地改"
    assert not every(Run).exists()


def test_发起须用POST(desk: Client) -> None:
    assert desk.get(reverse("monitoring:run_new")).status_code == 405


def test_还在拷的文件_等它拷完(
    officer: User, settings: Settings, tmp_path: Path, county: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every(Batch).update(withdrawn_at=timezone.now())
    settings.DATA_DIR = tmp_path / "fresh"
    shutil.copytree(county, settings.DATA_DIR, copy_function=shutil.copy)
    monkeypatch.setattr(receiving, "SETTLED", 1.0)
    monkeypatch.setattr(receiving, "PAUSE", 0.2)
    run = services.run_start(actor=Actor.system("测试"), division_code=COUNTY)
    services.run_execute(run_id=run.pk)
    run.refresh_from_db()
    assert run.status == Run.Status.DONE, run.error_text


def test_一直在拷_说清楚是哪些文件(
    officer: User, settings: Settings, tmp_path: Path, county: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every(Batch).update(withdrawn_at=timezone.now())
    settings.DATA_DIR = tmp_path / "fresh"
    shutil.copytree(county, settings.DATA_DIR, copy_function=shutil.copy)
    monkeypatch.setattr(receiving, "PATIENCE", 0.0)
    run = services.run_start(actor=Actor.system("测试"), division_code=COUNTY)
    services.run_execute(run_id=run.pk)
    run.refresh_from_db()
    assert (run.status, run.error_code) == (Run.Status.FAILED, "files_arriving")
    assert "还在写入" in run.error_text


def test_引擎说不行_原话留给人看(
    officer: User, settings: Settings, tmp_path: Path, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "SETTLED", 0.0)
    every(Batch).update(withdrawn_at=timezone.now())
    settings.DATA_DIR = tmp_path / "torn"
    settings.DATA_DIR.mkdir()
    (settings.DATA_DIR / "说明.txt").write_text("这不是数据", encoding="utf-8")
    run = services.run_start(actor=Actor.system("测试"), division_code=COUNTY)
    services.run_execute(run_id=run.pk)
    run.refresh_from_db()
    assert (run.status, run.error_code) == (Run.Status.FAILED, "nothing_done")
    assert run.error_text in desk.get(reverse("monitoring:runs")).content.decode()


def test_文件夹里新来的_先收下再监测(officer: User, settings: Settings, county: Path) -> None:
    every(Batch).update(withdrawn_at=timezone.now())
    settings.DATA_DIR = county
    run = services.run_start(actor=Actor.system("测试"), division_code=COUNTY, trigger=Run.Trigger.FIRST)
    services.run_execute(run_id=run.pk)
    run.refresh_from_db()
    assert run.status == Run.Status.DONE, run.error_text
    used = every(RunFile).filter(run=run)
    assert used.exists()
    assert {file.batch.channel for file in used.select_related("batch")} == {"folder"}


def test_意外错误不露细节_上次结果还在(
    officer: User, make_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, desk: Client
) -> None:
    make_run(1)
    run = services.run_start(actor=Actor.system("测试"), division_code=COUNTY)

    def boom(*args: object, **kwargs: object) -> None:
        raise MemoryError("内部细节")

    monkeypatch.setattr("jiuzhu.engine.pipeline.monitor_batches", boom)
    services.run_execute(run_id=run.pk)
    run.refresh_from_db()
    assert run.status == Run.Status.FAILED
    assert "内部细节" not in run.error_text
    page = desk.get(reverse("monitoring:overview")).content.decode()
    assert "第 1 次监测" in page
    assert "可以重新监测" in page


def test_不在排队的不重复执行(run: Run) -> None:
    before = run.finished_at
    services.run_execute(run_id=run.pk)
    run.refresh_from_db()
    assert (run.status, run.finished_at) == (Run.Status.DONE, before)


def test_进度写得不太勤(run: Run, django_assert_num_queries: Callable) -> None:
    recorder = ProgressRecorder(run.pk)
    with django_assert_num_queries(2):
        for done in range(1000):
            recorder("读取文件", done, 1000)
        recorder("读取文件", 1000, 1000)
    run.refresh_from_db()
    assert (run.step, run.step_percent) == ("读取文件", 100)


def test_启动准备可重复(db: None, settings: Settings, county: Path, tmp_path: Path) -> None:
    settings.DEMO = True
    settings.DATA_DIR = county
    settings.HOME = tmp_path
    call_command("jiuzhu_setup")
    call_command("jiuzhu_setup")
    assert User.objects.count() == len(DEMO_ACCOUNTS)
    assert set(Post.objects.values_list("role", flat=True)) == set(ROLES)
    assert every(Run).count() == 1
    accounts = tmp_path / "demo-accounts.json"
    assert accounts.stat().st_mode & 0o777 == 0o600
    holders = Post.objects.filter(user__username__in=["jiance", "lingdao"])
    assert {post.user.username: "monitoring.start_run" in post.rights for post in holders} == {
        "jiance": True,
        "lingdao": False,
    }


def test_正式环境不建演示账号(db: None) -> None:
    call_command("jiuzhu_setup")
    assert not User.objects.exists()
    assert not every(Run).exists()
