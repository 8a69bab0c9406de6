"""审计管理员的页面：真实的 Chromium，桌面与手机。"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect
from pytest_django import Settings
from tests.web.cast import PASSWORD, make_person, make_places

from jiuzhu.web.access.models import User
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record, seal_make

from .looks import demand_fits

LIST = "/audit/"
LI = Actor(9, "李窗口", 4, "镇窗口", "麦岭镇社会事务办", "10.1.2.9", "7f3c0a9e2b6d4f10", "429998101000")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server: object) -> None:
    """建测试库之前，数据库须已启动。"""


@pytest.fixture
def auditor(transactional_db: None, settings: Settings) -> User:
    """审计管理员；已有几条记录和一张封条。"""
    assert (Path(settings.FRONTEND_DIR) / "app.js").is_file(), "前端没有构建，请先 make frontend"
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    make_places()
    with transaction.atomic():
        for number in range(60):
            record(
                actor=LI,
                action="access.account_change",
                subject=Subject("access.user", str(number), f"王办{number}"),
                before={"is_active": True, "locked_until": None},
                after={"is_active": False, "locked_until": "2026-11-05T01:30:00+00:00"},
                reason="调离岗位，按县局通知停用",
            )
    seal_make()
    return make_person("shenji", "audit_admin", "青禾")


@pytest.fixture
def arrive(live_server: object, auditor: User) -> Callable[[Page], Page]:
    """登录后到审计记录。"""

    def go(page: Page) -> Page:
        page.goto(f"{live_server}/account/login/?next={LIST}")
        page.get_by_label("用户名").fill(auditor.username)
        page.locator("input[type=password]").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(f"**{LIST}")
        return page

    return go


def test_筛选_看一条_校验(page: Page, arrive: Callable[[Page], Page]) -> None:
    arrive(page)
    page.get_by_label("办事人").fill("窗口")
    page.get_by_label("办事人").press("Enter")
    expect(page.locator("#list")).to_contain_text("符合条件 60 条")
    page.get_by_label("从", exact=True).fill("2026年1月5日")
    page.get_by_label("从", exact=True).press("Enter")
    expect(page).to_have_url(re.compile("since=2026"))
    expect(page.locator("#list")).to_contain_text("符合条件 60 条")
    expect(page.get_by_label("从", exact=True)).to_have_value("2026年1月5日")
    page.get_by_role("link", name="更早的").click()
    expect(page.locator("tr[data-row]")).to_have_count(10)
    page.locator("tr[data-row] a").first.click()
    expect(page.get_by_role("heading", name="修改账号")).to_be_visible()
    expect(page.get_by_text("2026年11月5日 09:30")).to_be_visible()
    page.get_by_role("link", name="校验这一条").click()
    expect(page.locator("#check-result")).to_contain_text("没有改动")


def test_封条下载(page: Page, arrive: Callable[[Page], Page]) -> None:
    arrive(page)
    page.get_by_role("link", name="每日封条").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载封条").click()
    assert download.value.suggested_filename.startswith("audit-seal-")


def test_手机上不横滚(open_page: Callable[..., Page], arrive: Callable[[Page], Page]) -> None:
    page = arrive(open_page({"width": 360, "height": 780}, is_mobile=True, has_touch=True))
    expect(page.locator("tr[data-row]").first).to_be_visible()
    demand_fits(page)
    page.locator("tr[data-row] a").first.click()
    expect(page.get_by_role("link", name="校验这一条")).to_be_visible()
    demand_fits(page)
    page.goto(page.url.split("/audit/")[0] + "/audit/seals/")
    demand_fits(page)
