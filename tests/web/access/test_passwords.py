"""密码的规矩、初始密码、到期。"""

from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from tests.web.cast import PASSWORD, WalledClient, signed_in

from jiuzhu.web.access.models import PasswordRecord, User
from jiuzhu.web.access.passwords import new_password
from jiuzhu.web.access.services import password_change, password_reset
from jiuzhu.web.audit.actor import Actor

from .conftest import actions_of, is_in, sign_in

CHANGE = "/account/password/"
ACTOR = Actor.system("测试")


def change(client: WalledClient, old: str, new: str) -> object:
    """在改密页改。"""
    return client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new})


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("Ab1-xyz", "10"),
        ("abcdefghij12", "三种"),
        ("1234567890-+", "三种"),
        ("Sujingban-2026", "用户名或姓名"),
        ("苏文静-Abc-1234", "用户名或姓名"),
        (PASSWORD, "最近用过"),
    ],
)
def test_不合规矩的不收_说清为什么(worker: User, password: str, word: str) -> None:
    worker.display_name = "苏文静"
    with pytest.raises(ValidationError) as caught:
        validate_password(password, worker)
    assert any(word in message for message in caught.value.messages), caught.value.messages


@pytest.mark.parametrize("password", ["Maicui-2031x", "maicui+2031x", "MAICUI+2031X", "麦翠Maicui2031"])
def test_合规矩的都收(worker: User, password: str) -> None:
    validate_password(password, worker)


def test_最近五个不能再用_再早的可以(worker: User) -> None:
    for number in range(6):
        password_change(user=worker, password=f"Maicui-203{number}x", actor=ACTOR)
    assert PasswordRecord.objects.filter(user=worker).count() == 5
    with pytest.raises(ValidationError):
        validate_password("Maicui-2031x", worker)
    validate_password("Maicui-2030x", worker)


def test_初始密码自己合规矩_且各不相同(worker: User) -> None:
    passwords = [new_password() for _ in range(200)]
    assert len(set(passwords)) == 200
    for password in passwords:
        validate_password(password, worker)


def test_改密之后这里不退_别处退出(worker: User) -> None:
    here, there = WalledClient(), WalledClient()
    for client in (here, there):
        sign_in(client, worker.username)
    assert "现在的密码" in here.get(CHANGE).content.decode()
    assert change(here, PASSWORD, "Maicui-2031x").status_code == 302
    worker.refresh_from_db()
    assert worker.check_password("Maicui-2031x")
    assert here.get(reverse("access:mine")).status_code == 200
    assert there.get(reverse("access:mine")).status_code == 302
    assert actions_of(worker)[-1] == "access.password_change"


def test_旧密码不对不改(worker: User) -> None:
    answer = change(signed_in(worker), "wrong", "Maicui-2031x")
    assert "现在用的密码不对" in answer.content.decode()
    worker.refresh_from_db()
    assert worker.check_password(PASSWORD)


@pytest.mark.parametrize("name", ["desk:home", "access:mine", "monitoring:overview"])
def test_初始密码不改_别的页都打不开(worker: User, name: str) -> None:
    password_reset(user=worker, password="Chushi-2026x", actor=ACTOR)
    client = WalledClient()
    sign_in(client, worker.username, "Chushi-2026x")
    answer = client.get(reverse(name))
    assert (answer.status_code, answer["Location"]) == (302, CHANGE)
    partial = client.get(reverse(name), headers={"HX-Request": "true"})
    assert (partial.status_code, partial["HX-Redirect"]) == (204, CHANGE)
    assert "初始密码" in client.get(CHANGE).content.decode()
    assert change(client, "Chushi-2026x", "Maicui-2031x")["Location"] == reverse("access:mine")
    assert "密码改好了" in client.get(reverse("access:mine")).content.decode()


def test_初始密码不能原样再用(worker: User) -> None:
    password_reset(user=worker, password="Chushi-2026x", actor=ACTOR)
    client = WalledClient()
    sign_in(client, worker.username, "Chushi-2026x")
    change(client, "Chushi-2026x", "Chushi-2026x")
    worker.refresh_from_db()
    assert worker.must_change_password


@pytest.mark.parametrize(("limit", "sent"), [(90, True), (0, False), (100, False)])
def test_到期须改_设零为不限(worker: User, settings: object, limit: int, sent: bool) -> None:
    settings.PASSWORD_DAYS = limit
    User.objects.filter(pk=worker.pk).update(password_changed_at=timezone.now() - timedelta(days=91))
    answer = signed_in(worker).get(reverse("access:mine"))
    assert (answer.status_code == 302) is sent


def test_重设密码_原来的登录立即失效(worker: User) -> None:
    client = WalledClient()
    sign_in(client, worker.username)
    password_reset(user=worker, password="Chushi-2026x", actor=ACTOR)
    assert client.get(reverse("access:mine"))["Location"].startswith("/account/login/")
    sign_in(client, worker.username)
    assert not is_in(client)


def test_新密码用的是Argon2(worker: User, settings: object) -> None:
    from jiuzhu.config import settings as real

    settings.PASSWORD_HASHERS = real.PASSWORD_HASHERS
    password_change(user=worker, password="Maicui-2031x", actor=ACTOR)
    assert worker.password.startswith("argon2$argon2id$")
