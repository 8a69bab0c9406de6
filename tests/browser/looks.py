"""看页面的样子。"""

from playwright.sync_api import Page

FITS = (
    "document.readyState === 'complete' && document.documentElement.scrollWidth <= document.documentElement.clientWidth"
)


def demand_fits(page: Page) -> None:
    """没有横向溢出。刚点开的，等它载完再看：半开着的页没有宽度可量。"""
    page.wait_for_function(FITS, timeout=15_000)
