"""第二重验证：设置、登录、备用码、必须设的人、重置。"""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from tests.web.cast import PASSWORD, WalledClient, make_person, make_places, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.ground.crypto import keyring

from .conftest import actions_of, code_of, is_in, sign_in

ENROL, CODE, SPARE = "/account/second-factor/enrol/", "/account/second-factor/code/", "/account/second-factor/spare/"


def enrol(client: WalledClient) -> str:
    """照页面上的密钥设好，返回密钥。"""
    page = client.get(ENROL).content.decode()
    secret: str = client.session["mfa.totp.secret"]
    assert " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)) in page
    assert "data:image/svg+xml;base64," in page
    answer = client.post(ENROL, {"code": code_of(secret, -1)})
    assert (answer.status_code, answer["Location"]) == (302, SPARE)
    return secret


def test_设好_退出_再登录要验证码(visitor: WalledClient, worker: User) -> None:
    sign_in(visitor, worker.username)
    secret = enrol(visitor)
    visitor.post(reverse("account_logout"))
    assert sign_in(visitor, worker.username)["Location"] == CODE
    assert not is_in(visitor)
    assert visitor.get(reverse("access:mine")).status_code == 302, "只过了第一步，什么也看不到"
    assert "验证码不对" in visitor.post(CODE, {"code": "000000"}).content.decode()
    visitor.post(CODE, {"code": code_of(secret)})
    assert is_in(visitor)
    assert actions_of(worker) == [
        "access.sign_in", "access.second_factor_add", "access.sign_out", "access.sign_in_failed", "access.sign_in",
    ]  # fmt: skip


def test_用过的验证码不能再用(visitor: WalledClient, worker: User) -> None:
    sign_in(visitor, worker.username)
    secret = enrol(visitor)
    code = code_of(secret)
    for client, inside in ((WalledClient(), True), (WalledClient(), False)):
        sign_in(client, worker.username)
        client.post(CODE, {"code": code})
        assert is_in(client) is inside


def test_备用码只显示一次_每个只能用一次(visitor: WalledClient, worker: User) -> None:
    sign_in(visitor, worker.username)
    enrol(visitor)
    page = visitor.get(SPARE)
    codes = page.context["unused_codes"]
    assert len(codes) == 10
    assert codes[0] in page.content.decode()
    again = visitor.get(SPARE).content.decode()
    assert codes[0] not in again
    assert "10" in again
    for client, inside in ((WalledClient(), True), (WalledClient(), False)):
        sign_in(client, worker.username)
        client.post(CODE, {"code": codes[0]})
        assert is_in(client) is inside


def test_验证码试五次就要等(visitor: WalledClient, worker: User) -> None:
    sign_in(visitor, worker.username)
    secret = enrol(visitor)
    other = WalledClient()
    sign_in(other, worker.username)
    for _ in range(5):
        other.post(CODE, {"code": "000000"})
    assert "输错次数过多" in other.post(CODE, {"code": code_of(secret)}).content.decode()
    assert not is_in(other)


def test_密钥加密存放(visitor: WalledClient, worker: User) -> None:
    sign_in(visitor, worker.username)
    secret = enrol(visitor)
    for row in Authenticator.objects.filter(user=worker):
        assert secret not in str(row.data)
    stored = Authenticator.objects.get(user=worker, type="totp").data["secret"]
    import base64

    assert keyring.decrypt(base64.b64decode(stored), label="mfa_authenticator.data").decode() == secret


@pytest.mark.parametrize(
    ("rule", "role", "sent"),
    [
        ("optional", "cashier", False),
        ("sensitive", "cashier", True),
        ("sensitive", "county_approver", True),
        ("sensitive", "security_admin", True),
        ("sensitive", "town_window", False),
        ("required", "town_window", True),
    ],
)
def test_谁必须设(db: None, settings: object, rule: str, role: str, sent: bool) -> None:
    settings.SECOND_FACTOR = rule
    make_places()
    client = signed_in(make_person("renyuan", role, "青禾"))
    answer = client.get(reverse("access:mine"))
    assert (answer.status_code, answer.get("Location")) == ((302, ENROL) if sent else (200, None))


def test_必须设的_设好之前别的都打不开_设好之后照常(visitor: WalledClient, cashier: User, settings: object) -> None:
    settings.SECOND_FACTOR = "sensitive"
    sign_in(visitor, cashier.username)
    assert visitor.get(reverse("desk:home"), headers={"HX-Request": "true"})["HX-Redirect"] == ENROL
    assert "必须用第二重验证" in visitor.get(ENROL).content.decode()
    enrol(visitor)
    assert visitor.get(reverse("access:mine")).status_code == 200
    refused = visitor.post("/account/second-factor/remove/")
    assert "不能取消" in refused.content.decode()
    assert Authenticator.objects.filter(user=cashier, type="totp").exists()


def test_自愿设的可以取消_备用码一并作废(visitor: WalledClient, worker: User) -> None:
    sign_in(visitor, worker.username)
    enrol(visitor)
    visitor.post("/account/second-factor/remove/")
    assert not Authenticator.objects.filter(user=worker).exists()
    assert actions_of(worker)[-1] == "access.second_factor_remove"


def test_登录久了_改第二重验证先确认是本人(visitor: WalledClient, worker: User) -> None:
    sign_in(visitor, worker.username)
    session = visitor.session
    session["account_authentication_methods"][0]["at"] -= 3600
    session.save()
    assert visitor.get(ENROL)["Location"].startswith("/account/reauthenticate/")
    visitor.post("/account/reauthenticate/?next=" + ENROL, {"password": PASSWORD})
    assert visitor.get(ENROL).status_code == 200


def test_安全管理员重置_须写事由_登录着的立即退出(visitor: WalledClient, worker: User) -> None:
    sign_in(visitor, worker.username)
    enrol(visitor)
    security = signed_in(make_person("anquan", "security_admin", "青禾"))
    url = reverse("access:second_factor_reset", args=[worker.pk])
    assert security.post(url, {"reason": ""}).status_code == 400
    assert Authenticator.objects.filter(user=worker).exists()
    assert security.post(url, {"reason": "换手机，已当面核实"}).status_code == 302
    assert not Authenticator.objects.filter(user=worker).exists()
    assert visitor.get(reverse("access:mine"))["Location"].startswith("/account/login/")
    entry = Entry.objects.get(action="access.second_factor_reset")
    assert (entry.actor_name, entry.reason) == ("anquan", "换手机，已当面核实")
