"""登录、退出、改密,和谁能看什么。"""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from jiuzhu.web.access.models import User
from jiuzhu.web.monitoring.models import HouseholdWarning, Run

from .cast import every
from .conftest import PASSWORD, signed_in

PAGES = ("desk:home", "desk:search", "monitoring:overview", "monitoring:warnings", "monitoring:findings",
         "monitoring:files", "monitoring:quarantine", "monitoring:runs")  # fmt: skip


def record_urls(run: Run) -> list[str]:
    """带编号的各页。"""
    warning = every(HouseholdWarning).filter(run=run)[0]
    return [
        reverse("monitoring:warning", args=[warning.pk]),
        reverse("monitoring:household", args=[warning.household_id]),
        reverse("monitoring:run_progress", args=[run.number]),
    ]


def test_未登录看任何一页都转去登录(client: Client, run: Run) -> None:
    for url in [reverse(name) for name in PAGES] + record_urls(run):
        answer = client.get(url)
        assert answer.status_code == 302, url
        assert answer["Location"].startswith(reverse("account_login")), url


def test_未登录不能发起监测(client: Client, db: None) -> None:
    answer = client.post(reverse("monitoring:run_new"))
    assert answer.status_code == 302
    assert not every(Run).exists()


def test_没有岗位的账号什么也看不到(stranger: User, run: Run) -> None:
    client = signed_in(stranger)
    for url in [reverse(name) for name in PAGES] + record_urls(run):
        answer = client.get(url)
        assert answer.status_code == 403, url
        assert "没有权限" in answer.content.decode()
        assert every(HouseholdWarning).filter(run=run)[0].household_id not in answer.content.decode()


def test_局部刷新时登录过期_整页去登录(client: Client, run: Run) -> None:
    answer = client.get(reverse("monitoring:warnings"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, reverse("account_login"))


def test_用户名密码登录后到工作台(client: Client, officer: User) -> None:
    answer = client.post(reverse("account_login"), {"login": officer.username, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, reverse("desk:home"))


def test_登录后回到原来要看的页(client: Client, officer: User) -> None:
    wanted = reverse("monitoring:warnings") + "?band=red"
    answer = client.post(reverse("account_login"), {"login": officer.username, "password": PASSWORD, "next": wanted})
    assert answer["Location"] == wanted


def test_密码不对说得清楚(client: Client, officer: User) -> None:
    answer = client.post(reverse("account_login"), {"login": officer.username, "password": "wrong"})
    assert answer.status_code == 200
    assert "用户名或密码不对" in answer.content.decode()


def test_连错几次要等(client: Client, db: None) -> None:
    last = None
    for _ in range(7):
        last = client.post(reverse("account_login"), {"login": "guess", "password": "wrong"})
    assert last is not None
    assert "5 分钟后再试" in last.content.decode()


def test_退出须用POST(desk: Client) -> None:
    desk.get(reverse("account_logout"))
    assert "_auth_user_id" in desk.session
    desk.post(reverse("account_logout"))
    assert "_auth_user_id" not in desk.session


def test_改密之后用新密码(desk: Client, officer: User) -> None:
    page = desk.get(reverse("account_change_password")).content.decode()
    assert "现在的密码" in page
    desk.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "another-horse-7", "password2": "another-horse-7"},
    )
    officer.refresh_from_db()
    assert officer.check_password("another-horse-7")
    assert "_auth_user_id" not in desk.session


def test_弱密码不收(desk: Client, officer: User) -> None:
    answer = desk.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "12345", "password2": "12345"}
    )
    assert answer.status_code == 200
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


@pytest.mark.parametrize("path", ["/account/signup/", "/account/password/reset/", "/account/email/", "/admin/"])
def test_不开放注册与找回(desk: Client, path: str) -> None:
    assert desk.get(path).status_code == 404


def test_页面不缓存_脚本不内联(desk: Client, run: Run) -> None:
    answer = desk.get(reverse("monitoring:overview"))
    policy = answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    body = answer.content.decode()
    assert "style=" not in body
    assert " onclick=" not in body
    assert "<style" not in body


def test_命令开账号_密码只打印一次(client: Client, db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("jiuzhu_account", "zhangsan", "--name", "张三", "--post", "county_monitor")
    password = capsys.readouterr().out.split("初始密码 ")[1].split()[0]
    user = User.objects.get(username="zhangsan")
    assert user.check_password(password)
    assert user.has_perm("monitoring.start_run")
    with pytest.raises(CommandError, match="已有用户名"):
        call_command("jiuzhu_account", "zhangsan")
    call_command("jiuzhu_account", "zhangsan", "--reset")
    user.refresh_from_db()
    assert not user.check_password(password)
    with pytest.raises(CommandError, match="没有用户名"):
        call_command("jiuzhu_account", "nobody", "--reset")
