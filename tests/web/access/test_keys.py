"""换数据密钥：全换、断了接着换、两个一起换、在用的不销毁。"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings as django_settings
from django.db import connection, connections, transaction
from pytest_django import Settings
from tests.web.cast import make_person, make_places
from typer.testing import CliRunner

from jiuzhu.cli import app
from jiuzhu.keys import DataKeys, ensure_data_keys, read_data_keys
from jiuzhu.web.access.services import rekey
from jiuzhu.web.access.services.rekey import ColumnStore, SecondFactorStore, keys_retire, keys_rotate, keys_status
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.ground.crypto import DecryptError, keyring
from jiuzhu.web.ground.errors import Conflict, ServiceError

ACTOR = Actor.system("测试")
STORE = ColumnStore("access_rekey_probe", "secret", "id", "探针")
ROWS = 1800


@pytest.fixture
def key_file(tmp_path: Path, settings: Settings) -> Path:
    """自己的密钥文件。"""
    settings.DATA_KEYS_FILE = tmp_path / "keys" / "data.keys"
    ensure_data_keys(settings.DATA_KEYS_FILE)
    keyring._keys = None
    return Path(settings.DATA_KEYS_FILE)


@pytest.fixture
def probe(transactional_db: None, key_file: Path) -> Iterator[list[str]]:
    """一张有 1800 份密文的表，其中有空的。"""
    plains = [f"4209{number:014d}" for number in range(ROWS)]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE access_rekey_probe (id bigint PRIMARY KEY, secret bytea NOT NULL)")
        rows = [(n, keyring.encrypt(text.encode(), label=STORE.label)) for n, text in enumerate(plains)]
        cursor.executemany("INSERT INTO access_rekey_probe VALUES (%s, %s)", [*rows, (ROWS, b"")])
    yield plains
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE access_rekey_probe")


def stored() -> list[str]:
    """表里现在解出来的内容。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM access_rekey_probe WHERE octet_length(secret) > 0 ORDER BY id")
        return [keyring.decrypt(bytes(blob), label=STORE.label).decode() for (blob,) in cursor.fetchall()]


def test_全部换成新的_内容不变_记审计(probe: list[str]) -> None:
    seen: list[int] = []
    active, resumed = keys_rotate(stores=[STORE], actor=ACTOR, progress=lambda title, count: seen.append(count))
    assert (active, resumed) == (2, False)
    assert STORE.counts() == {2: ROWS}
    assert stored() == probe
    assert seen == [500, 500, 500, 300]
    assert Entry.objects.get(action="access.keys_rotate").subject_key == "2"


def test_销毁之后旧的解不开_新的照常(probe: list[str], key_file: Path) -> None:
    old = keyring.encrypt(b"x", label="t.c")
    keys_rotate(stores=[STORE], actor=ACTOR)
    assert keys_retire(stores=[STORE], actor=ACTOR) == [1]
    assert sorted(read_data_keys(key_file).ciphers) == [2]
    assert stored() == probe
    with pytest.raises(DecryptError, match="第 1 号"):
        keyring.decrypt(old, label="t.c")


def test_还在用的不销毁(probe: list[str], key_file: Path) -> None:
    keys_rotate(stores=[STORE], actor=ACTOR)
    with connection.cursor() as cursor:
        old = DataKeys(1, read_data_keys(key_file).ciphers, read_data_keys(key_file).index)
        key_file.write_text(old.to_json())
        keyring._keys = None
        cursor.execute(
            "UPDATE access_rekey_probe SET secret = %s WHERE id = 7",
            [keyring.encrypt(probe[7].encode(), label=STORE.label)],
        )
    key_file.write_text(DataKeys(2, old.ciphers, old.index).to_json())
    keyring._keys = None
    with pytest.raises(Conflict, match="第 1 号还有 1 份"):
        keys_retire(stores=[STORE], actor=ACTOR)
    assert sorted(read_data_keys(key_file).ciphers) == [1, 2]
    assert keys_rotate(stores=[STORE], actor=ACTOR) == (2, True), "接着换，不再添"
    assert keys_retire(stores=[STORE], actor=ACTOR) == [1]


def test_没有旧密钥_说清楚(probe: list[str]) -> None:
    with pytest.raises(Conflict, match="没有旧密钥"):
        keys_retire(stores=[STORE], actor=ACTOR)


SCRIPT = """
import django, sys
django.setup()
from jiuzhu.web.access.services import rekey
from jiuzhu.web.audit.actor import Actor
store = rekey.ColumnStore("access_rekey_probe", "secret", "id", "探针")
rekey.BATCH = 20
def progress(title, count):
    print(count, flush=True)
print(0, flush=True)  # 准备好了，等一声令下
sys.stdin.readline()
rekey.keys_rotate(stores=[store], actor=Actor.system("测试"), progress=progress)
"""


def child(key_file: Path) -> subprocess.Popen[str]:
    """另一个进程：先说一声准备好了（换了 0 份），``go`` 之后才换。"""
    database = connection.settings_dict
    host = database["HOST"]
    url = f"postgresql://{database['USER']}:{database['PASSWORD']}@/{database['NAME']}?host={host}&port={database['PORT']}"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "jiuzhu.config.settings",
        "JIUZHU_DATA_KEYS_FILE": str(key_file),
        "JIUZHU_HOME": str(django_settings.HOME),
    }
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", SCRIPT], env=environment, **pipes)


def go(*processes: subprocess.Popen[str]) -> None:
    """都准备好了，一起开始。"""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "0\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()


def test_换到一半被强行杀掉_再运行接着换(probe: list[str], key_file: Path) -> None:
    process = child(key_file)
    go(process)
    assert process.stdout is not None
    for _ in range(5):
        assert process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    halfway = STORE.counts()
    assert halfway[1] + halfway[2] == ROWS
    assert halfway[2] >= 100
    assert stored() == probe, "一半新一半旧，都解得开"
    assert keys_rotate(stores=[STORE], actor=ACTOR) == (2, True)
    assert STORE.counts() == {2: ROWS}
    assert stored() == probe


def test_两个一起换_各换各的_只添一把(probe: list[str], key_file: Path) -> None:
    processes = [child(key_file), child(key_file)]
    go(*processes)
    moved = [sum(int(line) for line in process.communicate()[0].split()) for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sum(moved) == ROWS, moved
    assert STORE.counts() in ({2: ROWS}, {3: ROWS})
    assert stored() == probe


def test_别人锁着的行等放开再换(probe: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rekey, "PAUSE", 0.05)
    release, taken = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM access_rekey_probe WHERE id < 10 FOR UPDATE")
            taken.set()
            release.wait(10)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(10)
    threading.Timer(0.4, release.set).start()
    began = time.monotonic()
    keys_rotate(stores=[STORE], actor=ACTOR)
    holder.join()
    assert time.monotonic() - began > 0.3
    assert STORE.counts() == {2: ROWS}


def test_解不开的如实说_其余照换(probe: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE access_rekey_probe SET secret = set_byte(secret, 20, 255 - get_byte(secret, 20)) WHERE id = 3"
        )
    with pytest.raises(ServiceError, match="有 1 份密文解不开"):
        keys_rotate(stores=[STORE], actor=ACTOR)
    assert STORE.counts() == {1: 1, 2: ROWS - 1}
    with pytest.raises(Conflict):
        keys_retire(stores=[STORE], actor=ACTOR)


def test_第二重验证的密钥也换(db: None, key_file: Path) -> None:
    make_places()
    user = make_person("renyuan", "county_officer", "青禾")
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    store = SecondFactorStore()
    assert store.counts() == {1: 1}
    keys_rotate(stores=[store], actor=ACTOR)
    assert store.counts() == {2: 1}
    keys_retire(stores=[store], actor=ACTOR)
    from allauth.mfa.utils import decrypt

    assert decrypt(Authenticator.objects.get(user=user).data["secret"]) == "JBSWY3DPEHPK3PXP"


def test_每个加密字段都在清单里(db: None) -> None:
    from django.apps import apps

    from jiuzhu.web.ground.crypto import EncryptedTextField

    wanted = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField)
    }
    listed = {(each.table, each.column) for each in rekey.database_stores() if isinstance(each, ColumnStore)}
    assert wanted == listed
    assert len(listed) >= 7, "登记部分的证件号、电话、账号等"
    assert keys_status(rekey.database_stores()).old == 0


def test_密钥在环境变量里的改不了(db: None, key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIUZHU_DATA_KEYS", key_file.read_text())
    with pytest.raises(ServiceError, match="环境变量"):
        keys_rotate(stores=[SecondFactorStore()], actor=ACTOR)


def test_命令行_现状_更换_销毁(transactional_db: None, key_file: Path, settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    runner = CliRunner()
    first = runner.invoke(app, ["keys", "status"])
    assert first.exit_code == 0, first.output
    assert "第 1 号（现行）" in first.output
    rotated = runner.invoke(app, ["keys", "rotate"])
    assert "现行的是第 2 号" in rotated.output
    assert "已销毁第 1 号" in runner.invoke(app, ["keys", "retire"]).output
    again = runner.invoke(app, ["keys", "retire"])
    assert "没有旧密钥" in str(again.exception)
