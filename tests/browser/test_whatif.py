"""真实 Chromium 里：草稿里提高低保标准，测算谁进谁出、一年多花多少，另一个人发布，一本账换成新的一版。"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings
from tests.web.cast import COUNTY, make_cast, signed_in

from jiuzhu.demo import generate
from jiuzhu.engine.pipeline import monitor
from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.divisions.names import NAMES
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.monitoring.services.load import run_load

from .looks import demand_fits


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server: object) -> None:
    """建测试库之前，数据库须已启动。"""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """一个八百人的县的一次监测。"""
    folder = tmp_path_factory.mktemp("whatif")
    monitor(generate(folder / "county", people=800, seed=3, dialect="standard").files, folder / "run", key=bytes(32))
    return folder / "run"


@dataclass
class County:
    """这个县的人与网址。"""

    url: str
    people: dict[str, User]

    def come(self, page: Page, name: str, path: str) -> None:
        """以某人的身份打开一页。"""
        cookie = signed_in(self.people[name]).cookies[django_settings.SESSION_COOKIE_NAME]
        host = urlsplit(self.url).hostname or ""
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "domain": host, "path": "/"}])
        page.goto(f"{self.url}{path}")


@pytest.fixture
def county(transactional_db: None, live_server: object, out: Path, tmp_path: Path, settings: Settings) -> County:
    """监测过一次的县，还没有改过手册。"""
    NAMES.forget()
    cache.clear()
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    settings.RUNS_DIR, settings.RULEBOOKS_DIR = tmp_path / "runs", tmp_path / "rulebooks"
    people = make_cast()
    with Scope.everything().applied():
        run = Run.objects.create(
            number=1, division_code=COUNTY, status=Run.Status.RUNNING, started_at=timezone.now(), folder="", out_dir=str(out)
        )  # fmt: skip
        run_load(run=run, progress=lambda step, done, total: None)
    return County(str(live_server), people)


def work() -> None:
    """后台把测算办完。"""
    with Scope.everything().applied():
        for job in ProcrastinateJob.objects.filter(status="todo", task_name="whatif_costing"):
            app.tasks[job.task_name].func(**job.args)


def whole(text: str) -> int:
    return int(text.replace(",", ""))


def test_改标准测算发布(page: Page, county: County) -> None:
    county.come(page, "青禾.县监测员", "/policies/rulebooks/new/")
    page.get_by_label("这一版叫什么").fill("提高低保标准")
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/rulebooks/*/")
    draft = page.url

    page.goto(f"{draft}parameters/低保标准/")
    page.get_by_label("从哪天起").fill(timezone.localdate().isoformat())
    page.get_by_label("取值（分城乡的填城）").fill("900")
    page.get_by_label("乡", exact=True).fill("760")
    page.get_by_role("button", name="存进草稿").click()
    page.wait_for_url("**/parameters/")

    page.goto(f"{draft}programmes/dibao/conditions/0/")
    expect(page.locator("#rule-check")).to_contain_text("个用例都成立")
    page.get_by_label("什么时候成立").fill("月人均核定收入 < 低保标准 * 2")
    expect(page.locator("#rule-check")).to_contain_text("不成立")

    page.goto(draft)
    page.get_by_role("link", name="测算要多花多少钱").click()
    page.get_by_role("button", name="开始测算").click()
    expect(page.locator("#progress")).to_contain_text("等待后台开始")
    work()
    expect(page.locator("#programmes")).to_contain_text("最低生活保障")  # 算完，页面自己刷新
    row = page.locator("#programmes tr", has_text="最低生活保障")
    before, after, entered, left = (whole(row.locator("td").nth(n).inner_text()) for n in (1, 2, 3, 4))
    assert entered > 0
    assert after == before + entered - left
    assert not row.locator("td").nth(8).inner_text().startswith(("0.00", "-"))
    expect(page.locator("#changes")).to_contain_text("城 900.00 元/月，乡 760.00 元/月")
    row.locator("td").nth(3).get_by_role("link").click()
    expect(page.locator(".list-head strong")).to_have_text(f"{entered:,}")
    assert page.locator("tr[data-row]").count() == min(50, entered)
    demand_fits(page)

    page.goto(draft)
    page.get_by_label("改了什么、为什么").first.fill("县常委会定的新标准")
    page.get_by_role("button", name="提交").click()
    county.come(page, "青禾.县确认人", urlsplit(draft).path)
    page.get_by_role("button", name="发布").click()
    expect(page.locator("main")).to_contain_text("起施行")

    county.come(page, "青禾.村协理员", "/policies/programmes/dibao/")
    standard = page.locator("#standards tr", has_text="低保标准").first
    expect(standard.locator("td").nth(1)).to_have_text("城 900.00 元/月，乡 760.00 元/月")
