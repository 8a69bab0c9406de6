"""浏览器测试的共用部分：真实的 Chromium，桌面与手机两种屏幕；页面报错或违反 CSP 即失败。"""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

# Playwright 的同步接口在本线程里跑事件循环，Django 会误以为是异步代码
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """环境变量 CHROMIUM，或 PATH 上的 Chromium。"""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.nodeid.split("/"):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """一个 Chromium，一个文件一开一关：它占着本线程的事件循环，留到别的测试会碍事。没有就跳过，``JIUZHU_REQUIRE_BROWSER=1`` 时则失败。"""
    path = find_chromium()
    if path is None:
        word = "没有找到 Chromium：请安装它，或用环境变量 CHROMIUM 指明路径"
        if os.environ.get("JIUZHU_REQUIRE_BROWSER") == "1":
            pytest.fail(word)
        pytest.skip(word)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """按所给屏幕开一个全新的页面（没有 cookie）；收尾时页面不得有脚本错误或违反 CSP。"""
    contexts, troubles = [], []

    def open_one(viewport: dict[str, int] = DESK, **options: object) -> Page:
        context = browser.new_context(viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: troubles.append(f"脚本错误：{error}"))
        page.on("console", lambda message: troubles.append(message.text) if _is_csp(message.text) else None)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not troubles, troubles


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """桌面屏幕。"""
    return open_page(DESK)


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """手机屏幕。"""
    return open_page(PHONE, device_scale_factor=2, is_mobile=True, has_touch=True)


@pytest.fixture
def browser_page(page: Page) -> Page:
    """同 ``page``。"""
    return page


def _is_csp(text: str) -> bool:
    return "Content Security Policy" in text or "Content-Security-Policy" in text
