"""没有登录、没有岗位的看不到什么；页面的防护。登录与账号的测试在 access/。"""

from django.test import Client
from django.urls import reverse

from jiuzhu.web.access.models import User
from jiuzhu.web.monitoring.models import HouseholdWarning, Run

from .cast import every
from .conftest import signed_in

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
    assert "安全管理员授予岗位" in client.get(reverse("desk:home")).content.decode()
    for url in [reverse(name) for name in PAGES[1:]] + record_urls(run):
        answer = client.get(url)
        assert answer.status_code == 403, url
        assert "没有权限" in answer.content.decode()
        assert every(HouseholdWarning).filter(run=run)[0].household_id not in answer.content.decode()


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
