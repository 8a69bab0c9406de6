"""真实 Chromium 里：开档、查看明文到时遮挡、手机上报一户、登录过期草稿还在。"""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import Page, expect
from tests.web.cast import make_cast, signed_in
from tests.web.registry.county import ZHANG, make_county

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.divisions.names import NAMES
from jiuzhu.web.process.services import definitions_publish
from jiuzhu.web.registry.models import Report

from .looks import demand_fits

ZHANG_HOME = "HZHANG22222222222"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server: object) -> None:
    """建测试库之前，数据库须已启动。"""


@pytest.fixture
def people(transactional_db: None, tmp_path: Path) -> dict[str, User]:
    """全班人马、流程、已装好的小县。"""
    NAMES.forget()
    cache.clear()
    found = make_cast()
    definitions_publish(actor=Actor.system("测试"))
    make_county(tmp_path / "out").load(1)
    return found


@pytest.fixture
def come(live_server: object, people: dict[str, User]) -> Callable[[Page, str], str]:
    """以某人的身份进来，返回对象库的地址。"""

    def enter(page: Page, name: str) -> str:
        url = str(live_server)
        cookie = signed_in(people[name]).cookies[settings.SESSION_COOKIE_NAME]
        host = urlsplit(url).hostname or ""
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "domain": host, "path": "/"}])
        return f"{url}/registry/"

    return enter


def test_从名单开档_查看明文_一分钟后遮上(page: Page, come: Callable[[Page, str], str]) -> None:
    page.clock.install()
    page.goto(come(page, "青禾.县经办"))
    page.get_by_label("级别").select_option("红色")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    page.get_by_role("link", name="去掉条件").click()
    page.get_by_role("link", name="张**").click()
    expect(page.get_by_role("heading", name="困难在哪里")).to_be_visible()
    page.locator("dd", has_text="4201").get_by_role("button", name="查看").click()
    dialog = page.get_by_role("dialog", name="查看明文")
    dialog.get_by_label("为哪件事").select_option("无对应事项")
    dialog.get_by_label("为什么").fill("办理低保复核")
    dialog.get_by_role("button", name="查看").click()
    expect(dialog.get_by_text(ZHANG)).to_be_visible()
    page.clock.fast_forward(61_000)
    expect(dialog.get_by_text(ZHANG)).to_have_count(0)
    assert ZHANG not in page.content()
    dialog.get_by_role("button", name="看好了").click()
    expect(dialog).to_be_hidden()
    assert Entry.objects.filter(action="registry.unmask").count() == 1


def test_关上弹窗_页面里不留明文(page: Page, come: Callable[[Page, str], str]) -> None:
    page.goto(f"{come(page, '青禾.县经办')}households/{ZHANG_HOME}/")
    page.locator("dd", has_text="4201").get_by_role("button", name="查看").click()
    dialog = page.get_by_role("dialog", name="查看明文")
    dialog.get_by_label("为什么").fill("看一下吧")
    dialog.get_by_label("为哪件事").select_option("无对应事项")
    dialog.get_by_role("button", name="查看").click()
    expect(dialog.get_by_text(ZHANG)).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_text(ZHANG)).to_have_count(0)  # 关上的事件稍后才到，等它清掉
    assert ZHANG not in page.content()


@pytest.mark.parametrize("tab", ["members", "economy", "classes", "chain", "papers", "visits"])
def test_手机上各栏不横向滚动(phone: Page, come: Callable[[Page, str], str], tab: str) -> None:
    phone.set_viewport_size({"width": 360, "height": 740})
    phone.goto(f"{come(phone, '青禾.县经办')}households/{ZHANG_HOME}/?tab={tab}")
    expect(phone.get_by_role("heading", name="张**家")).to_be_visible()
    demand_fits(phone)


def test_手机报一户_登录过期草稿还在(phone: Page, come: Callable[[Page, str], str]) -> None:
    phone.set_viewport_size({"width": 360, "height": 740})
    registry = come(phone, "青禾.村协理员")
    phone.goto(f"{registry}reports/new/")
    demand_fits(phone)
    phone.get_by_label("姓名").fill("王二")
    phone.get_by_text("生病花钱多").click()
    phone.get_by_text("无人照料").click()
    phone.get_by_label("说说情况").fill("中风在床，老伴去年走了。")
    phone.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    phone.get_by_role("button", name="报上去").click()
    phone.wait_for_url("**/account/**")
    assert not Report.objects.within(Scope.everything()).exists()
    come(phone, "青禾.村协理员")
    phone.goto(f"{registry}reports/new/")
    expect(phone.get_by_label("姓名")).to_have_value("王二")
    expect(phone.get_by_label("生病花钱多")).to_be_checked()
    phone.get_by_role("button", name="报上去").click()
    expect(phone.get_by_text("已报上去")).to_be_visible()
    report = Report.objects.within(Scope.everything()).get()
    assert (report.name, report.needs) == ("王二", ["illness", "alone"])
    phone.goto(f"{registry}reports/new/")
    expect(phone.get_by_label("姓名")).to_have_value("")
