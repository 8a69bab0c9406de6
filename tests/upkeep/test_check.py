"""体检：好的说好，每一种毛病都认得出、说得清、退出码对。"""

import json
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from jiuzhu.supervisor.home import RESTORING, Home
from jiuzhu.upkeep import status
from jiuzhu.upkeep.checks import Finding, Level, database, folders, machine, run, service

from .conftest import Place


def found(findings: Iterator[Finding] | list[Finding], name: str) -> Finding:
    """某一项里最重的一条。"""
    return max((one for one in findings if one.name == name), key=lambda one: one.level)


@pytest.fixture
def ruined(place: Place) -> Iterator[Callable[[str, str], None]]:
    """``ruined(弄坏, 修好)``：测完修好。"""
    repairs: list[str] = []

    def ruin(query: str, repair: str) -> None:
        repairs.append(repair)
        place.execute(query)

    yield ruin
    for repair in reversed(repairs):
        place.execute(repair)


def test_好的实例没有故障_除了没有在运行(place: Place) -> None:
    findings = list(run(place.home))
    assert {one.name for one in findings if one.level is Level.FAULT} == {"后台进程"}
    for name in (
        "密钥",
        "数据库",
        "数据库迁移",
        "数据库身份",
        "行级权限",
        "数据库连接",
        "数据库时钟",
        "后台任务",
        "磁盘",
    ):
        assert found(findings, name).level is Level.OK, found(findings, name)
    assert found(findings, "平台").level is Level.ATTENTION
    assert [one for one in findings if one.level and not one.advice] == []


def test_后台进程报到过就好(place: Place, ruined: Callable[[str, str], None]) -> None:
    ruined("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())", "DELETE FROM procrastinate_workers")
    assert found(run(place.home), "后台进程").level is Level.OK


JOB = "INSERT INTO procrastinate_jobs (queue_name, task_name, status{}) VALUES ('q', 't', {})"
EVENTS_EARLIER = "; UPDATE procrastinate_events SET at = now() - interval '1 hour'"
FAILED_NOW = "; INSERT INTO procrastinate_events (job_id, type, at) SELECT id, 'failed', now() FROM procrastinate_jobs"
NO_JOBS = "DELETE FROM procrastinate_jobs"
SILENT = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes')"
RENAMED = "UPDATE django_migrations SET name = {} WHERE app = 'audit' AND name = {}"
SECURITY = "ALTER TABLE process_task {} ROW LEVEL SECURITY"
OWNER = "ALTER TABLE audit_seal OWNER TO {}"


@pytest.mark.parametrize(
    ("name", "level", "ruin", "repair"),
    [
        ("行级权限", Level.FAULT, SECURITY.format("DISABLE"), SECURITY.format("ENABLE")),
        ("数据库身份", Level.FAULT, "ALTER ROLE jiuzhu_web BYPASSRLS", "ALTER ROLE jiuzhu_web NOBYPASSRLS"),
        ("数据库身份", Level.FAULT, OWNER.format("jiuzhu_web"), OWNER.format("jiuzhu")),
        (
            "数据库迁移",
            Level.FAULT,
            RENAMED.format("'9999_x'", "'0001_initial'"),
            RENAMED.format("'0001_initial'", "'9999_x'"),
        ),
        ("后台进程", Level.FAULT, SILENT, "DELETE FROM procrastinate_workers"),
        ("后台任务", Level.ATTENTION, JOB.format("", "'doing'"), NO_JOBS),
        (
            "后台任务",
            Level.ATTENTION,
            JOB.format(", scheduled_at", "'todo', now() - interval '1 hour'") + EVENTS_EARLIER,
            NO_JOBS,
        ),
        ("后台任务", Level.ATTENTION, JOB.format("", "'failed'") + FAILED_NOW, NO_JOBS),
    ],
)
def test_数据库里的毛病(
    place: Place, ruined: Callable[[str, str], None], name: str, level: Level, ruin: str, repair: str
) -> None:
    ruined(ruin, repair)
    one = found(run(place.home), name)
    assert one.level is level, one
    assert one.advice


def test_没有停着的事_刚排上的不算积压(place: Place, ruined: Callable[[str, str], None]) -> None:
    ruined(JOB.format("", "'todo'"), NO_JOBS)
    assert found(run(place.home), "后台任务").level is Level.OK


def test_数据库停着也查别的(place: Place, tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    findings = list(run(home))
    assert found(findings, "数据库").level is Level.ATTENTION
    assert found(findings, "磁盘")
    assert found(findings, "密钥").level is Level.FAULT


def test_数据库连不上是故障_不漏口令(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:s3cret@127.0.0.1:1/x")
    one = found(run(Home.create(tmp_path / "home")), "数据库")
    assert one.level is Level.FAULT
    assert "s3cret" not in one.told


def test_密钥的毛病(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = tmp_path / "k"
    for content, mode, word in (
        (b"x" * 31, 0o600, "31 字节"),
        (b"x" * 32, 0o640, "别人也能读"),
        (None, 0, "没有县密钥"),
    ):
        if content is None:
            key.unlink()
        else:
            key.write_bytes(content)
            key.chmod(mode)
        monkeypatch.setenv("JIUZHU_KEY_FILE", str(key))
        one = found(folders.keys(place.home), "密钥")
        assert one.level is Level.FAULT
        assert word in one.told


def test_目录谁都能进_恢复没做完(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    assert found(folders.permissions(home), "数据目录").level is Level.OK
    (home.root / RESTORING).write_text("上一次恢复没有做完。")
    assert "没有做完" in found(folders.permissions(home), "数据目录").told
    (home.root / RESTORING).unlink()
    home.root.chmod(0o755)
    assert found(folders.permissions(home), "数据目录").level is Level.FAULT


@pytest.mark.parametrize(
    ("free", "total", "level"),
    [(50e9, 100e9, 0), (9e9, 20e9, 1), (12e9, 200e9, 1), (1e9, 10e9, 2), (20e9, 1000e9, 2)],
)
def test_磁盘两道线(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: float, total: float, level: int) -> None:
    monkeypatch.setattr(folders.shutil, "disk_usage", lambda _: SimpleNamespace(free=free, total=total))
    assert found(folders.disk(Home.create(tmp_path / "home")), "磁盘").level == level


@pytest.mark.parametrize(("hours", "level"), [(1, 0), (27, 1), (73, 2)])
def test_备份多久没做(tmp_path: Path, hours: int, level: int) -> None:
    home = Home.create(tmp_path / "home")
    made = datetime.now(UTC) - timedelta(hours=hours)
    (home.root / status.FILE).write_text(json.dumps({"made_at": made.isoformat(), "folder": str(tmp_path)}))
    assert found(folders.backups(home), "备份").level == level


def test_备份的各种情形(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    assert "没有做过" in found(folders.backups(home), "备份").told
    now = datetime.now(UTC).isoformat()
    content = {"made_at": now, "folder": str(tmp_path / "没了"), "keys_at": now}
    (home.root / status.FILE).write_text(json.dumps(content))
    assert "不在了" in found(folders.backups(home), "备份").told
    assert found(folders.backups(home), "密钥备份").level is Level.OK
    home.data_keys_file.write_text("新的")
    os.utime(home.data_keys_file, (2e9, 2e9))
    assert "换过" in found(folders.backups(home), "密钥备份").told
    status.record_failure(home, OSError("x"))
    assert found(folders.backups(home), "备份").level is Level.FAULT
    assert status.read(home).keys_at is not None


@pytest.mark.parametrize(
    ("today", "known", "level"),
    [
        (date(2026, 11, 22), {2026}, Level.OK),
        (date(2026, 12, 1), {2026}, Level.ATTENTION),
        (date(2026, 12, 1), {2026, 2027}, Level.OK),
        (date(2027, 1, 1), {2026}, Level.FAULT),
    ],
)
def test_工作日历(monkeypatch: pytest.MonkeyPatch, today: date, known: set[int], level: Level) -> None:
    monkeypatch.setattr(machine, "_knows", lambda year: year in known)
    assert found(machine.calendar(today), "工作日历").level is level


def test_今年的日历程序真的知道() -> None:
    assert machine._knows(2025)
    assert not machine._knows(2999)


@pytest.mark.parametrize(
    ("environment", "arguments", "name", "level"),
    [
        ({"JIUZHU_HTTPS": "1", "JIUZHU_HOSTS": "a.cn"}, [], "对外设置", Level.OK),
        ({"JIUZHU_HTTPS": "1"}, [], "对外设置", Level.ATTENTION),
        ({}, [], "对外设置", Level.ATTENTION),
        ({}, ["--host", "0.0.0.0"], "对外设置", Level.FAULT),
        ({"JIUZHU_HOST": "0.0.0.0"}, [], "对外设置", Level.FAULT),
        ({"JIUZHU_HTTPS": "1", "JIUZHU_HOSTS": "a.cn"}, ["--host", "0.0.0.0"], "对外设置", Level.ATTENTION),
        ({"JIUZHU_HTTPS": "1", "JIUZHU_HOSTS": "a.cn", "JIUZHU_DEBUG": "1"}, [], "对外设置", Level.FAULT),
    ],
)
def test_对外的设置从正在运行的进程看(
    environment: dict[str, str], arguments: list[str], name: str, level: Level
) -> None:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("JIUZHU_")}
    argv = [sys.executable, "-c", "import time; print('好', flush=True); time.sleep(60)", *arguments]
    process = subprocess.Popen(argv, env=kept | environment, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()  # 起来之后才看得到它的环境
    try:
        assert found(service.exposure(psutil.Process(process.pid)), name).level is level
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("days", "level"), [(90, Level.OK), (20, Level.ATTENTION), (3, Level.FAULT), (-1, Level.FAULT)]
)
def test_证书快到期(tmp_path: Path, days: int, level: Level) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=100)).not_valid_after(now + timedelta(days=days, hours=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = tmp_path / "c.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    import socket

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            raw, _ = listener.accept()
            with context.wrap_socket(raw, server_side=True):
                pass

        thread = threading.Thread(target=answer)
        thread.start()
        one = service._certificate(f"https://127.0.0.1:{listener.getsockname()[1]}")
        thread.join()
    assert one.level is level, one


def test_审计封条与核验(place: Place, ruined: Callable[[str, str], None]) -> None:
    findings = list(database.everything(place.home))
    assert found(findings, "审计封条").level is Level.OK
    ruined(
        "ALTER TABLE audit_seal DISABLE TRIGGER USER; INSERT INTO audit_seal (day, entries, body, previous, digest, made_at)"
        " VALUES (current_date - 5, 0, '{}', '', '', now())",
        "DELETE FROM audit_seal; ALTER TABLE audit_seal ENABLE TRIGGER USER",
    )
    assert found(database.everything(place.home), "审计封条").level is Level.ATTENTION


def test_一项出错不耽误别的(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_knows", lambda year: 1 / 0)
    findings = list(run(place.home))
    assert "ZeroDivisionError" in found(findings, "工作日历").told
    assert found(findings, "数据库").level is Level.OK


def test_命令行的退出码与_json(place: Place, tmp_path: Path) -> None:
    def check(*options: str, home: Path = place.home.root) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "jiuzhu", "check", "--home", str(home), *options]
        return subprocess.run(argv, capture_output=True, text=True, check=False)

    plain = check()
    assert plain.returncode == 2, plain.stdout + plain.stderr
    assert "故障  后台进程" in plain.stdout
    assert "→" in plain.stdout
    content = json.loads(check("--json").stdout)
    assert content["level"] == "fault"
    assert {"name", "level", "told", "advice"} == content["findings"][0].keys()
    missing = check(home=tmp_path / "没有")
    assert missing.returncode == 2
    assert not (tmp_path / "没有").exists()
