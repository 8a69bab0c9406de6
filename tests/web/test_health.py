"""活着没有、能不能办事、指标：谁能看，看到什么，坏了说不说。"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from jiuzhu.web.ground import health
from jiuzhu.web.ground.metrics import StateGauge

OUTSIDE = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """迁移查过的结果不带到下一个测试。"""
    monkeypatch.setattr(health, "_migrated_until", 0.0)


@pytest.fixture
def worker(db: None) -> None:
    """刚报过到的后台进程。"""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")


def samples(client: Client, **extra: str) -> dict[str, dict[tuple[str, ...], float]]:
    answer = client.get(reverse("metrics"), **extra)
    assert answer.status_code == 200
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(answer.content.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


def test_活着(client: Client, db: None) -> None:
    answer = client.get(reverse("health"))
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_数据库坏了_503(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def cursor(self) -> object:
            raise DatabaseError

    monkeypatch.setattr(health, "connection", Broken())
    answer = client.get(reverse("health"))
    assert (answer.status_code, answer.json()) == (503, {"status": "database_unavailable"})
    assert client.get(reverse("ready")).json()["checks"]["migrations"] == "unknown"


def test_样样都好才能办事(client: Client, worker: None) -> None:
    answer = client.get(reverse("ready"))
    assert answer.json() == {
        "status": "ok",
        "checks": dict.fromkeys(("database", "keys", "migrations", "worker"), "ok"),
    }
    assert answer.status_code == 200


def test_没有后台进程_或很久没有报到(client: Client, db: None) -> None:
    assert client.get(reverse("ready")).json()["checks"]["worker"] == "missing"
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes')")
    answer = client.get(reverse("ready"))
    assert (answer.status_code, answer.json()["checks"]["worker"]) == (503, "missing")


def test_有没做的迁移(client: Client, worker: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'monitoring'")
    assert client.get(reverse("ready")).json()["checks"]["migrations"] == "pending"


def test_密钥读不了(client: Client, worker: None, settings: Settings, tmp_path: Path) -> None:
    settings.KEY_FILE = tmp_path / "没有"
    assert client.get(reverse("ready")).json()["checks"]["keys"] == "unreadable"


def test_外面看不到细节与指标(client: Client, worker: None) -> None:
    assert client.get(reverse("ready"), **OUTSIDE).json() == {"status": "ok"}
    assert client.get(reverse("metrics"), **OUTSIDE).status_code == 404


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP"])
def test_经代理来的按代理写明的来处算(client: Client, db: None, header: str) -> None:
    assert client.get(reverse("metrics"), **{header: "192.0.2.7"}).status_code == 404
    assert client.get(reverse("metrics"), HTTP_X_FORWARDED_FOR="127.0.0.1, 192.0.2.7").status_code == 404
    assert client.get(reverse("metrics"), **{header: "不是地址"}).status_code == 404
    assert client.get(reverse("metrics"), **{header: "127.0.0.1"}).status_code == 200


def test_准许的可以是网段(client: Client, db: None, settings: Settings) -> None:
    settings.METRICS_ALLOW = ["192.0.2.0/24"]
    assert client.get(reverse("metrics"), **OUTSIDE).status_code == 200
    assert client.get(reverse("metrics"), REMOTE_ADDR="::ffff:192.0.2.9").status_code == 200
    assert client.get(reverse("metrics")).status_code == 404


def test_指标数请求_标签里只有网址名(client: Client, worker: None) -> None:
    def count() -> float:
        return samples(client)["jiuzhu_http_requests_total"].get(("GET", "account_login", "200"), 0)

    before = count()
    client.get(reverse("account_login"), {"q": "420901199001011234"})
    assert count() == before + 1
    text = client.get(reverse("metrics")).content.decode()
    assert "420901199001011234" not in text
    assert "/account" not in text


def test_指标有任务_后台_磁盘(client: Client, worker: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('q', 't', 'failed'), ('q', 't', 'todo')"
        )
    found = samples(client)
    assert found["jiuzhu_jobs"] == {
        ("todo",): 1, ("doing",): 0, ("succeeded",): 0, ("failed",): 1, ("cancelled",): 0, ("aborted",): 0
    }  # fmt: skip
    assert 0 <= found["jiuzhu_worker_heartbeat_age_seconds"][()] < 60
    assert found["jiuzhu_disk_free_bytes"][()] > 0
    assert found["jiuzhu_database_up"][()] == 1
    assert found["jiuzhu_tasks_open"][()] == found["jiuzhu_tasks_overdue"][()] == found["jiuzhu_timers_late"][()] == 0
    assert found["jiuzhu_audit_entries"][()] >= 0


def test_各部分声明的数_写错了不连累别的页(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    config = apps.get_app_config("ground")
    monkeypatch.setattr(config, "state_metrics", (StateGauge("jiuzhu_test", "测试", "SELECT 7"),), raising=False)
    assert samples(client)["jiuzhu_test"][()] == 7
    monkeypatch.setattr(config, "state_metrics", (StateGauge("jiuzhu_test", "测试", "SELECT 没有"),))
    assert samples(client)["jiuzhu_database_up"][()] == 0


def test_数据库坏了指标也要有(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise DatabaseError

    monkeypatch.setattr("jiuzhu.web.ground.metrics._see_everywhere", broken)
    assert samples(client)["jiuzhu_database_up"][()] == 0


def test_几个进程各记各的_合起来数(tmp_path: Path) -> None:
    record = "from jiuzhu.web.ground import metrics; metrics.job_seen(task='t', outcome='failed', seconds=2)"
    show = (
        "from prometheus_client import CollectorRegistry, generate_latest;"
        "from prometheus_client.multiprocess import MultiProcessCollector;"
        "r = CollectorRegistry(); MultiProcessCollector(r); print(generate_latest(r).decode())"
    )
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for code in (record, record, record):
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    shown = subprocess.run([sys.executable, "-c", show], env=environment, check=True, capture_output=True, text=True)
    assert 'jiuzhu_jobs_done_total{outcome="failed",task="t"} 3.0' in shown.stdout
    assert 'jiuzhu_job_seconds_sum{task="t"} 6.0' in shown.stdout
