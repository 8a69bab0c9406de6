"""真实 Chromium 里改一条规则：边写边查，样本村试算，移动区间，提交，由另一个人发布；以后的监测用新的一版。"""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Page, expect
from pytest_django import Settings
from tests.web.cast import COUNTY, every, signed_in
from tests.web.conftest import cast, county, county_out, make_run  # noqa: F401 夹具

from jiuzhu.web.access.models import User
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.monitoring.trials.models import Trial
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.selectors import in_force_version

Come = Callable[[str, str], None]
NAME = "低收入且无住宅登记"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server: object) -> None:
    """建测试库之前，数据库须已启动。"""


@pytest.fixture
def site(
    live_server: object,
    cast: dict[str, User],  # noqa: F811
    make_run: Callable[..., Run],  # noqa: F811
    settings: Settings,
    tmp_path: Path,
) -> str:
    """已监测过一次的县；试算的明细、发布的手册写到测试自己的文件夹。"""
    settings.RUNS_DIR, settings.RULEBOOKS_DIR = tmp_path / "runs", tmp_path / "rulebooks"
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    make_run()
    return str(live_server)


@pytest.fixture
def come(page: Page, site: str, cast: dict[str, User]) -> Come:  # noqa: F811
    """以某人的身份打开一页。"""

    def go(name: str, path: str) -> None:
        cookie = signed_in(cast[name]).cookies[django_settings.SESSION_COOKIE_NAME]
        host = urlsplit(site).hostname or ""
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "domain": host, "path": "/"}])
        page.goto(f"{site}{path}")

    return go


def change_rule(page: Page) -> None:
    """一项指标加到八分；规则写错一个字，当场指出，点一下换成对的。"""
    page.get_by_role("link", name="项指标").click()
    page.get_by_role("link", name=NAME).click()
    rule = page.get_by_label("什么时候成立")
    right = rule.input_value()
    rule.fill(right.replace("无住宅登记", "无住宅等记"))
    check = page.locator("#rule-check")
    check.get_by_role("button", name="无住宅登记", exact=True).click()
    expect(rule).to_have_value(right)
    expect(check).to_contain_text("写法没有错")
    page.get_by_label("分值").fill("8")
    page.get_by_role("button", name="存进草稿").click()
    expect(page.get_by_role("link", name=NAME)).to_be_visible()


def number(page: Page, row: int, cell: int) -> int:
    """重数的表里的一格：行是红橙黄蓝与不预警，列是施行的、试算的。"""
    text = page.locator("#recount tbody tr").nth(row).locator("td").nth(cell).inner_text()
    return int(text.replace(",", ""))


def test_草稿_试算_移动区间_另一个人发布(page: Page, site: str, come: Come) -> None:
    come("青禾.县监测员", "/policies/rulebooks/")
    page.get_by_role("link", name="建一个草稿").first.click()
    page.get_by_label("这一版叫什么").fill("第四季度调整")
    page.get_by_role("button", name="建草稿").click()
    change_rule(page)
    draft = every(RulebookVersion).get(shipped=False)

    page.goto(f"{site}/policies/rulebooks/{draft.pk}/")
    expect(page.get_by_text("已改 1 处")).to_be_visible()
    page.get_by_role("link", name="选几个村试算").first.click()
    page.get_by_label("全县").check()
    page.get_by_role("button", name="开始试算").click()
    expect(page.get_by_role("heading", name="从哪一级到哪一级")).to_be_visible()
    trial = every(Trial).get()
    red, total = number(page, 0, 1), sum(number(page, row, 1) for row in range(5))
    assert total == trial.households == sum(number(page, row, 0) for row in range(5))

    low = page.get_by_label("红色的下限")
    low.fill(str(float(low.input_value()) + 2))
    expect(page.locator("#recount")).to_contain_text("移动之后")
    moved = number(page, 0, 1)
    assert moved < red
    assert sum(number(page, row, 1) for row in range(5)) == total
    page.locator("#recount tbody tr").nth(0).locator("td").nth(1).locator("a").click()
    page.wait_for_url("**/households/**")
    assert f"{moved}" in page.locator(".list-head").first.inner_text()

    page.goto(f"{site}/policies/rulebooks/{draft.pk}/")
    page.get_by_label("改了什么、为什么").fill("低收入而没有住房的加到八分，走访发现多有困难")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("等县确认人或领导发布")).to_be_visible()
    come("青禾.县确认人", f"/policies/rulebooks/{draft.pk}/diff/")
    expect(page.get_by_text(NAME).first).to_be_visible()
    page.goto(f"{site}/policies/rulebooks/{draft.pk}/")
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_text("起施行。")).to_be_visible()
    found = in_force_version(COUNTY)
    assert found is not None
    assert (found.pk, str(found.published_by)) == (draft.pk, "青禾县确认人")
