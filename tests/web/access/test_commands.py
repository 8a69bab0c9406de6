"""命令：开三员、开账号、重设密码。"""

import re

import pytest
from django.core.management import CommandError, call_command
from tests.web.cast import WalledClient, make_organisation, make_places

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.divisions.models import Organisation

from .conftest import is_in, sign_in


def passwords(text: str) -> dict[str, str]:
    """打印出来的用户名与初始密码。"""
    return dict(re.findall(r"用户名 (\S+)  初始密码 (\S+)", text))


def test_新装的平台_一条命令开出三员_能登录(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("jiuzhu_administrators", "--division", "429998", "--division-name", "青禾县")
    printed = capsys.readouterr().out
    accounts = passwords(printed)
    assert sorted(accounts) == ["anquan", "shenji", "xitong"]
    assert {post.role for post in Post.objects.all()} == {"system_admin", "security_admin", "audit_admin"}
    assert Organisation.objects.get(code="429998-minzheng").name == "青禾县民政局"
    for username, password in accounts.items():
        client = WalledClient()
        sign_in(client, username, password)
        assert is_in(client)
        assert User.objects.get(username=username).must_change_password


def test_再运行不会多开(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("jiuzhu_administrators", "--division", "429998", "--division-name", "青禾县")
    with pytest.raises(CommandError, match="已有安全管理员、审计管理员、系统管理员"):
        call_command("jiuzhu_administrators", "--division", "429998")
    call_command("jiuzhu_administrators", "--division", "429997", "--division-name", "禾丰县")
    assert User.objects.filter(username="xitong429997").exists()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--division", "429998"], "写明县名"),
        (["--division", "甲"], "不是区划代码"),
        (["--division", "429998101", "--division-name", "麦岭镇"], "三员的片区应是县"),
        (["--division", "429998", "--division-name", "青禾县", "--organisation", "x"], "没有编码为"),
    ],
)
def test_写错了不开_什么也不留(db: None, arguments: list[str], word: str) -> None:
    with pytest.raises(CommandError, match=word):
        call_command("jiuzhu_administrators", *arguments)
    assert not User.objects.exists()


def test_开账号_密码只打印一次_须改(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    make_places()
    office = make_organisation("青禾", "county_office")
    call_command(
        "jiuzhu_account", "zhangsan", "--name", "张三", "--role", "county_monitor", "--organisation", office.code
    )
    password = passwords(capsys.readouterr().out)["zhangsan"]
    user = User.objects.get(username="zhangsan")
    assert user.check_password(password)
    assert user.must_change_password
    assert (user.posts.get().role, user.posts.get().division_code) == ("county_monitor", "429998000000")
    with pytest.raises(CommandError, match="已有用户名"):
        call_command("jiuzhu_account", "zhangsan")
    call_command("jiuzhu_account", "zhangsan", "--reset")
    user.refresh_from_db()
    assert not user.check_password(password)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["nobody", "--reset"], "没有用户名"),
        (["lisi", "--role", "leader"], "--organisation"),
        (["lisi", "--role", "town_window", "--organisation", "青禾-county_office"], "片区应是乡级"),
    ],
)
def test_写错了不开账号(db: None, arguments: list[str], word: str) -> None:
    make_places()
    make_organisation("青禾", "county_office")
    with pytest.raises(CommandError, match=word):
        call_command("jiuzhu_account", *arguments)
