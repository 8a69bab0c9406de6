"""看页面的样子。"""

import time

from playwright.sync_api import Error, Page

FITS = (
    "document.readyState === 'complete' && document.documentElement.scrollWidth <= document.documentElement.clientWidth"
)
WAIT, PAUSE = 15.0, 50  # 秒,毫秒


def demand_fits(page: Page) -> None:
    """没有横向溢出。刚点开的，等它载完再看：半开着的页没有宽度可量。

    自己一遍遍看，不用 ``wait_for_function``：它在页面里反复 ``eval``，内容安全策略不许。
    """
    until = time.monotonic() + WAIT
    while not _fits(page):
        assert time.monotonic() < until, f"{page.url} 比屏幕宽"
        page.wait_for_timeout(PAUSE)


def _fits(page: Page) -> bool:
    try:
        return bool(page.evaluate(FITS))
    except Error as error:
        if "context" not in str(error):  # 正看着就翻了页，再看
            raise
        return False
