"""统一身份认证：对着一个真的 OpenID Connect 服务器走完全程，再试各种不该放进来的。"""

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from pytest_django import Settings
from tests.web.cast import WalledClient, make_person

from jiuzhu.config.environment import read_single_sign_on
from jiuzhu.web.access.models import User
from jiuzhu.web.access.services import account_close
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry

from .conftest import actions_of, is_in
from .provider import CLIENT, SECRET, Provider

GO = "/account/sso/"


@pytest.fixture
def provider(settings: Settings, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """认证服务器，并按它设好平台。"""
    server = Provider()
    (tmp_path / "secret").write_text(SECRET + "\n")
    monkeypatch.setenv("JIUZHU_OIDC_SERVER", server.url)
    monkeypatch.setenv("JIUZHU_OIDC_CLIENT_ID", CLIENT)
    monkeypatch.setenv("JIUZHU_OIDC_SECRET_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("JIUZHU_OIDC_NAME", "政务统一认证")
    settings.SOCIALACCOUNT_PROVIDERS = read_single_sign_on()
    yield server
    server.close()


def go(client: WalledClient, next_page: str = "") -> Any:
    """点“用统一认证登录”，在对方那里登录着，带着授权码回来；返回平台最后的回答。"""
    away = client.get(GO, {"next": next_page} if next_page else {})
    assert away.status_code == 302, away.content.decode()
    back = requests.get(away["Location"], allow_redirects=False, timeout=10).headers["Location"]
    return client.get(urlsplit(back).path + "?" + urlsplit(back).query)


def test_没有配置时没有按钮也没有入口(visitor: WalledClient, db: None) -> None:
    assert GO not in visitor.get("/account/login/").content.decode()
    assert visitor.get(GO).status_code == 404
    assert visitor.get("/account/sso/county/callback/").status_code == 404


def test_从登录页走完全程(visitor: WalledClient, worker: User, provider: Provider) -> None:
    page = visitor.get("/account/login/?next=/account/mine/").content.decode()
    assert "用政务统一认证登录" in page
    assert f"{GO}?next=/account/mine/" in page
    answer = go(visitor, "/account/mine/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/mine/")
    assert visitor.session["_auth_user_id"] == str(worker.pk)
    assert actions_of(worker) == ["access.sign_in"]
    assert visitor.get(reverse("access:mine")).status_code == 200


def test_第二次按编号认人_改了用户名也认得(visitor: WalledClient, worker: User, provider: Provider) -> None:
    go(visitor)
    User.objects.filter(pk=worker.pk).update(username="suwenjing")
    other = WalledClient()
    go(other)
    assert other.session["_auth_user_id"] == str(worker.pk)
    assert SocialAccount.objects.count() == 1


def test_令牌里的个人信息一概不存(visitor: WalledClient, worker: User, provider: Provider) -> None:
    go(visitor)
    go(WalledClient())
    kept = json.dumps(list(SocialAccount.objects.values("extra_data")), ensure_ascii=False)
    assert "13812345678" not in kept
    assert "苏文静" not in kept
    assert not SocialToken.objects.exists()
    worker.refresh_from_db()
    assert worker.display_name == "sujingban"


def test_带着一次性随机数_转去对方(visitor: WalledClient, db: None, provider: Provider) -> None:
    asked = [parse_qs(urlsplit(visitor.get(GO)["Location"]).query) for _ in range(2)]
    assert len({query["nonce"][0] for query in asked}) == 2
    assert all(query["code_challenge_method"] == ["S256"] for query in asked)


BAD: list[tuple[str, dict[str, Any]]] = [
    ("随机数不对", {"nonce": "other"}),
    ("没有随机数", {"nonce": None}),
    ("过期", {"exp": int(time.time()) - 10}),
    ("给别的系统的", {"aud": "another"}),
    ("别的服务器签发的", {"iss": "http://evil.example"}),
]


@pytest.mark.parametrize(("why", "changes"), BAD, ids=[why for why, _ in BAD])
def test_令牌不对不让进(
    visitor: WalledClient, worker: User, provider: Provider, why: str, changes: dict[str, Any]
) -> None:
    provider.changes = changes
    answer = go(visitor)
    assert answer.status_code == 403, why
    assert "没有通过" in answer.content.decode()
    assert not is_in(visitor)
    assert Entry.objects.filter(action="access.sign_in_failed", subject_label="统一身份认证").count() == 1


def test_伪造签名不让进(visitor: WalledClient, worker: User, provider: Provider) -> None:
    provider.signer = rsa.generate_private_key(65537, 2048)
    assert go(visitor).status_code == 403
    provider.signer, provider.algorithm = "x" * 32, "HS256"
    assert go(visitor).status_code == 403
    assert not is_in(visitor)


def test_平台没有的人不让进_也不开账号(visitor: WalledClient, worker: User, provider: Provider) -> None:
    provider.who = {"sub": "u-9", "preferred_username": "moshengren"}
    answer = go(visitor)
    assert answer.status_code == 403
    assert "moshengren" in answer.content.decode()
    assert "没有在用的账号" in answer.content.decode()
    assert User.objects.count() == 1
    assert not is_in(visitor)


def test_停用的账号不让进_先前对上过的也一样(visitor: WalledClient, worker: User, provider: Provider) -> None:
    go(visitor)
    account_close(user=worker, reason="离职", actor=Actor.system("测试"))
    again = WalledClient()
    go(again)
    assert not is_in(again)


def test_同一用户名换了人_不让进(visitor: WalledClient, worker: User, provider: Provider) -> None:
    go(visitor)
    provider.who = {**provider.who, "sub": "u-2"}
    other = WalledClient()
    answer = go(other)
    assert answer.status_code == 403
    assert "另一个人" in answer.content.decode()
    assert not is_in(other)


def test_授权码与发起的浏览器不是一个_不让进(visitor: WalledClient, worker: User, provider: Provider) -> None:
    away = visitor.get(GO)
    back = requests.get(away["Location"], allow_redirects=False, timeout=10).headers["Location"]
    other = WalledClient()
    assert other.get(urlsplit(back).path + "?" + urlsplit(back).query).status_code == 403
    assert not is_in(other)


def test_设了第二重验证的照样要验(visitor: WalledClient, worker: User, provider: Provider) -> None:
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(worker, "JBSWY3DPEHPK3PXP")
    assert go(visitor)["Location"] == "/account/second-factor/code/"
    assert not is_in(visitor)


def test_连不上对方_说清楚(visitor: WalledClient, worker: User, provider: Provider, settings: Settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:9"
    answer = visitor.get(GO)
    assert answer.status_code == 403
    assert "连不上" in answer.content.decode()


def test_缺了客户端编号_启动就报错(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIUZHU_OIDC_SERVER", "https://sso.example.gov.cn")
    with pytest.raises(ImproperlyConfigured, match="JIUZHU_OIDC_CLIENT_ID"):
        read_single_sign_on()


def test_邻县的人各认各的(visitor: WalledClient, worker: User, provider: Provider) -> None:
    other = make_person("hefengren", "county_officer", "禾丰")
    provider.who = {"sub": "u-3", "preferred_username": "hefengren"}
    go(visitor)
    assert visitor.session["_auth_user_id"] == str(other.pk)
