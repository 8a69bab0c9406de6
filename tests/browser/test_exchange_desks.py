"""真实 Chromium 里：认人台只用键盘走一遍，两人复核；隔离台改一行，边改边查。"""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from playwright.sync_api import Page, expect
from pytest_django import Settings
from tests.engine.identity.small_county import QIN, YE
from tests.web.cast import every, make_cast, make_organisation, signed_in
from tests.web.exchange.desk_batches import LINES, make_batch
from tests.web.exchange.match_county import MIXED, make_county

from jiuzhu.web.access.models import User
from jiuzhu.web.divisions.names import NAMES
from jiuzhu.web.exchange.models import MatchDecision, RowFix

from .looks import demand_fits

TURNED = {"name": "叶珠雨", "id_number": QIN["id_number"], "phone": "13700000000"}
SLIP = {"name": "秦俊艳", "id_number": YE["id_number"], "phone": "13600000000"}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server: object) -> None:
    """建测试库之前，数据库须已启动。"""


@pytest.fixture
def people(transactional_db: None, tmp_path: Path, settings: Settings) -> dict[str, User]:
    """全班人马；三行拿不准的；医保局一批有问题的行。"""
    NAMES.forget()
    cache.clear()
    settings.HOME, settings.KEY_FILE = tmp_path, tmp_path / "identity.key"
    found = make_cast()
    make_county(tmp_path, tekun=[MIXED, TURNED, SLIP]).run()
    make_batch(tmp_path, LINES, number=9, organisation=make_organisation("青禾", "department"))
    return found


@pytest.fixture
def come(live_server: object, people: dict[str, User]) -> Callable[[Page, str, str], None]:
    """以某人的身份打开一页。"""

    def enter(page: Page, name: str, path: str) -> None:
        url = str(live_server)
        cookie = signed_in(people[name]).cookies[django_settings.SESSION_COOKIE_NAME]
        host = urlsplit(url).hostname or ""
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "domain": host, "path": "/"}])
        page.goto(f"{url}{path}")

    return enter


def test_只用键盘认完_撤销一次_另一人复核(page: Page, phone: Page, come: Callable[[Page, str, str], None]) -> None:
    come(page, "青禾.县经办", "/exchange/matching/")
    expect(page.get_by_role("link", name="待认 3")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="就是他 2")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="待认 2")).to_be_visible()
    expect(page.get_by_text("已交另一人复核")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_role("link", name="待认 3")).to_be_visible()
    expect(page.get_by_text("这一行回到待认")).to_be_visible()
    page.keyboard.press("s")
    expect(page.locator(".match-last")).to_have_count(0)  # 下一行已到；没到之前按键不算
    page.keyboard.press("1")
    expect(page.get_by_role("link", name="待认 2")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_role("link", name="待认 1")).to_be_visible()
    page.keyboard.press("1")
    expect(page.get_by_text("没有待认的行")).to_be_visible()
    assert sorted(each.state for each in every(MatchDecision)) == ["undone", "waiting", "waiting", "waiting"]

    come(phone, "青禾.核对中心", "/exchange/matching/decisions/")
    demand_fits(phone)
    phone.locator("[data-open]").first.click()
    demand_fits(phone)
    for left in ("待复核 2", "待复核 1", "待复核 0"):
        phone.get_by_role("button", name="同意", exact=False).first.click()
        expect(phone.get_by_role("link", name=left)).to_be_visible()
    assert {each.state for each in every(MatchDecision)} == {"undone", "effective"}


def test_在输入框里按键不当命令(page: Page, come: Callable[[Page, str, str], None]) -> None:
    come(page, "青禾.县经办", "/exchange/matching/")
    page.get_by_role("button", name="看两边全文").click()
    page.get_by_label("为什么").fill("1n")
    page.keyboard.press("n")
    assert not every(MatchDecision).exists()
    page.get_by_label("为什么").fill("打电话核实")
    page.get_by_role("button", name="查看").click()
    expect(page.locator("dialog").get_by_text(str(YE["id_number"])).first).to_be_visible()
    page.keyboard.press("1")
    assert not every(MatchDecision).exists()


def test_改一行_边改边查_手机也行(page: Page, phone: Page, come: Callable[[Page, str, str], None]) -> None:
    come(page, "青禾.部门经办", "/exchange/quarantine/")
    page.get_by_role("link", name="第 9 批").click()
    page.get_by_role("link", name="3", exact=True).click()
    page.get_by_label("总费用").fill("一千三")
    page.get_by_label("总费用").blur()
    expect(page.locator("#verdict")).to_contain_text("不是认得的金额写法")
    page.get_by_label("总费用").fill("1200")
    page.get_by_label("总费用").blur()
    expect(page.locator("#verdict")).to_contain_text("这样改就能收下")
    page.get_by_label("凭什么这样改").fill("原始单据上是一千二百元")
    page.get_by_role("button", name="改好，重收这一行").click()
    expect(page.get_by_role("heading", name="表头下第 4 行")).to_be_visible()
    assert every(RowFix).get().is_clean
    come(phone, "青禾.部门经办", "/exchange/quarantine/")
    demand_fits(phone)
    phone.get_by_role("link", name="第 9 批").click()
    demand_fits(phone)
    phone.locator("[data-open]").first.click()
    demand_fits(phone)
