"""登录、账号、岗位的测试共用。"""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from tests.web.cast import PASSWORD, WalledClient, make_person, make_places

from jiuzhu.web.access.models import User
from jiuzhu.web.audit.models import Entry


@pytest.fixture
def visitor() -> WalledClient:
    """还没有登录的浏览器，数据库身份与正式运行一样。"""
    return WalledClient()


@pytest.fixture
def worker(db: None) -> User:
    """青禾县的一名县经办。"""
    make_places()
    return make_person("sujingban", "county_officer", "青禾")


@pytest.fixture
def cashier(db: None) -> User:
    """青禾县的一名资金岗。"""
    make_places()
    return make_person("zijin", "cashier", "青禾")


def sign_in(client: Client, username: str, password: str = PASSWORD, **more: str) -> object:
    """在登录页登录。"""
    return client.post("/account/login/", {"login": username, "password": password, **more})


def is_in(client: Client) -> bool:
    """登录着没有。"""
    return "_auth_user_id" in client.session


def code_of(secret: str, steps: int = 0) -> str:
    """验证器上此刻（或前后几格）的 6 位数字。"""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def actions_of(user: User) -> list[str]:
    """审计里关于此人的动作，先后为序。"""
    rows = Entry.objects.filter(subject_kind="access.user", subject_key=str(user.pk))
    return [entry.action for entry in sorted(rows, key=lambda entry: entry.at)]
