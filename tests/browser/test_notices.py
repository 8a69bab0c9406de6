"""铃铛、通知、这一页怎么用：真实的 Chromium，桌面与手机。"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from tests.web.cast import PASSWORD, make_person, make_places

from jiuzhu.web.access.models import User
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.notices.audience import Audience
from jiuzhu.web.notices.services import notice_send

from .looks import demand_fits

LIST = "/notices/"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server: object) -> None:
    """建测试库之前，数据库须已启动。"""


@pytest.fixture
def reviewer(transactional_db: None, settings: Settings) -> User:
    """镇审核负责人，有两条没看的通知，一条带链接。"""
    assert (Path(settings.FRONTEND_DIR) / "app.js").is_file(), "前端没有构建，请先 make frontend"
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    make_places()
    user = make_person("shenhe", "town_reviewer", "青禾")
    to, actor = Audience.people([user.pk]), Actor.system("催办")
    body = "上湾村一户的入户调查还没有结果。\n请问清原因，需要停计期限的写明事由。"
    notice_send(title="入户调查明天到期", body=body, kind="urging", to=to, actor=actor, link="/process/")
    notice_send(title="本周五下午系统升级", body="五点到六点打不开。", kind="system", to=to, actor=actor)
    return user


@pytest.fixture
def arrive(live_server: object, reviewer: User) -> Callable[[Page], Page]:
    """登录后到通知页。"""

    def go(page: Page) -> Page:
        page.goto(f"{live_server}/account/login/?next={LIST}")
        page.get_by_label("用户名").fill(reviewer.username)
        page.locator("input[type=password]").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(f"**{LIST}")
        return page

    return go


def test_铃铛写着几条_去看之后少一条(page: Page, arrive: Callable[[Page], Page]) -> None:
    arrive(page)
    expect(page.get_by_role("link", name="通知，2 条没看")).to_be_visible()
    page.get_by_role("listitem").filter(has_text="入户调查明天到期").get_by_role("button", name="去看").click()
    page.wait_for_url("**/process/")
    expect(page.get_by_role("link", name="通知，1 条没看")).to_be_visible()


def test_键盘选中一条_回车去看(page: Page, arrive: Callable[[Page], Page]) -> None:
    arrive(page)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="知道了").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/process/")


def test_问号键打开这一页的说明(page: Page, arrive: Callable[[Page], Page]) -> None:
    arrive(page)
    page.keyboard.press("?")
    help_text = page.locator("#help")
    expect(help_text.get_by_role("heading", name="这一页怎么用")).to_be_visible()
    expect(help_text).to_contain_text("看过不等于办了")
    page.keyboard.press("Escape")
    expect(help_text).to_be_hidden()
    page.get_by_role("button", name="这一页怎么用").click()
    expect(help_text).to_be_visible()
    page.get_by_role("button", name="知道了").last.click()
    expect(help_text).to_be_hidden()


def test_手机上不横向滚动_按得着(phone: Page, arrive: Callable[[Page], Page]) -> None:
    arrive(phone)
    demand_fits(phone)
    for button in phone.locator(".tool, .notes-foot .btn").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 40
    phone.locator("[data-help].tool").click()
    expect(phone.locator("#help")).to_be_visible()
    box = phone.locator("#help").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
