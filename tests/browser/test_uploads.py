"""真实 Chromium 里传附件：先选种类，能传、能看、能撤，传不上的说明原因；文书查验。"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect
from pytest_django import Settings
from tests.web.cast import PASSWORD, make_person, make_places
from tests.web.documents.files import PDF, picture
from tests.web.documents.samples import REFUSAL

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.documents.services import paper_render

from .looks import demand_fits

INPUT = "input[type=file]"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server: object) -> None:
    """建测试库之前，数据库须已启动。"""


@pytest.fixture
def window(transactional_db: None, settings: Settings, tmp_path: Path) -> User:
    """麦岭镇窗口；库房在临时目录里。"""
    settings.HOME = tmp_path
    settings.ROOT_URLCONF = "tests.browser.panel_urls"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    make_places()
    return make_person("麦岭窗口", "town_window", "青禾")


@pytest.fixture
def at(live_server: object, window: User, client: object) -> Callable[[Page, str], Page]:
    """已登录，打开某一页。"""

    def go(page: Page, path: str) -> Page:
        page.goto(f"{live_server}/account/login/")
        page.fill("#id_login", window.username)
        page.fill("#id_password", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url(f"{live_server}/")
        page.goto(f"{live_server}{path}")
        return page

    return go


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def test_upload_and_withdraw(page: Page, at: Callable[[Page, str], Page]) -> None:
    at(page, "/panel/")
    expect(page.get_by_text("还没有附件")).to_be_visible()
    expect(page.locator(INPUT)).to_be_disabled()
    page.select_option("#upload-kind", "id_card")
    page.set_input_files(INPUT, [payload("身份证正面.jpg", picture()), payload("说明.exe", b"MZ\0\0")])
    expect(page.get_by_text("收下 1 份")).to_be_visible()
    expect(page.get_by_role("link", name="身份证正面.jpg")).to_be_visible()
    expect(page.get_by_text("说明.exe：")).to_be_visible()
    page.set_input_files(INPUT, [payload("身份证反面.pdf", PDF)])
    expect(page.get_by_text("附件 2 份")).to_be_visible()
    page.locator("summary", has_text="撤下").first.click()
    page.get_by_label("为什么撤下").first.fill("传错了")
    page.get_by_role("button", name="确认撤下").first.click()
    expect(page.get_by_text("附件 1 份")).to_be_visible()


def test_phone_has_no_sideways_scroll(phone: Page, at: Callable[[Page, str], Page]) -> None:
    at(phone, "/panel/")
    phone.select_option("#upload-kind", "photo")
    phone.set_input_files(INPUT, [payload("很长很长很长很长很长很长很长很长很长的文件名字.jpg", picture())])
    expect(phone.get_by_text("收下 1 份")).to_be_visible()
    demand_fits(phone)


def test_verify_a_paper(page: Page, at: Callable[[Page, str], Page], window: User) -> None:
    organisation = Post.objects.select_related("organisation").get(user=window).organisation
    paper = paper_render(
        template="refusal", data=REFUSAL, actor=Actor(window.pk, "麦岭窗口"), organisation=organisation
    )
    at(page, "/documents/verify/")
    page.get_by_label("查验码").fill(paper.code.lower())
    page.get_by_label("文号").fill(paper.number)
    page.get_by_role("button", name="查验").click()
    expect(page.get_by_text("有效，由本平台制发")).to_be_visible()
    assert paper.code not in page.url
