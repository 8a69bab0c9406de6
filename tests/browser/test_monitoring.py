"""真实 Chromium 里走一遍:登录、看名单、问为什么、看图、重新监测;手机上也走一遍。"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from tests.web.cast import every
from tests.web.conftest import PASSWORD, county, county_out, make_run, officer, run  # noqa: F401 夹具

from jiuzhu.keys import ensure_identity_key
from jiuzhu.web.access.models import User
from jiuzhu.web.monitoring.models import HouseholdWarning, Run
from jiuzhu.web.monitoring.services import run_execute

ROUTES = ("/", "/monitoring/", "/monitoring/warnings/", "/monitoring/findings/", "/monitoring/files/",
          "/monitoring/files/quarantine/", "/monitoring/runs/",
          "/search/", "/board/", "/registry/", "/process/", "/process/overdue/", "/account/password/")  # fmt: skip

COLORS = {"red": "#cf2a1f", "orange": "#e8710c", "yellow": "#e3ab08", "blue": "#2f6fe0"}

# 每段看得见的文字与它身后第一块不透明底色的对比度,列出不足 4.5(大字 3)的
CONTRAST = """() => {
  const ink = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const parse = (text) => {
    ink.clearRect(0, 0, 1, 1);
    ink.fillStyle = text;
    ink.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = ink.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color[3] > 0.9) return color;
    }
    return [255, 255, 255, 1];
  };
  const bad = [];
  for (const node of document.querySelectorAll("body *:not(script):not(svg *)")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.checkVisibility() || node.closest("[disabled], .skip")) continue;
    const style = getComputedStyle(node);
    const [a, b] = [light(parse(style.color)), light(behind(node))].sort((m, n) => n - m);
    const large = parseFloat(style.fontSize) >= 24;
    if ((a + 0.05) / (b + 0.05) < (large ? 3 : 4.5)) bad.push(`${node.tagName}.${node.className}: ${node.textContent.trim().slice(0, 20)}`);
  }
  return bad;
}"""


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server: object) -> None:
    """建测试库之前,数据库须已启动。"""


@pytest.fixture(autouse=True)
def built(settings: Settings) -> None:
    """前端须已构建:``make test`` 会先构建。"""
    assert (Path(settings.FRONTEND_DIR) / "app.js").is_file(), "前端没有构建,请先 make frontend"
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def site(live_server: object, run: Run, officer: User) -> str:  # noqa: F811
    """网站的网址;已有一次监测和一个监测员。"""
    return str(live_server)


def sign_in(page: Page, site: str, username: str = "jianceyuan") -> None:
    """经登录页登录。"""
    page.goto(site)
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="工作台")).to_be_visible()


def test_从数字到名单到一户到部门的那一行(page: Page, site: str) -> None:
    sign_in(page, site)
    count = every(HouseholdWarning).filter(band="red").count()
    page.locator(".level-red").click()
    expect(page.get_by_role("heading", name="预警名单")).to_be_visible()
    expect(page.locator("#list tbody tr")).to_have_count(min(50, count))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="命中的指标")).to_be_visible()
    expect(page.locator(".reason").first.get_by_text("规则", exact=True)).to_be_visible()
    fact = page.locator(".reason[open] .facts tr", has=page.locator("details.source")).first
    if fact.get_by_text("部门记录").count():
        fact.get_by_text("部门记录").click()
    row = fact.locator("details.source", has=page.locator("dl"), has_not=page.locator("details")).first
    row.locator("summary").click()
    expect(row.locator("dt", has_text="文件")).to_be_visible()
    page.get_by_role("link", name="当期的全部事实").click()
    expect(page.get_by_role("heading", name="财产收入")).to_be_visible()


def test_筛选只换名单_条件留在网址里(page: Page, site: str) -> None:
    sign_in(page, site)
    page.goto(f"{site}/monitoring/warnings/")
    some = every(HouseholdWarning).exclude(township="")[5]
    page.evaluate("window.stayed = true")
    page.get_by_label("乡镇").select_option(some.township_code)
    page.wait_for_url(f"**township={some.township_code}**")
    expected = every(HouseholdWarning).filter(township_code=some.township_code)
    expect(page.locator(".list-head strong").first).to_have_text(f"{expected.count():,}")
    assert page.evaluate("window.stayed")
    page.get_by_label("户编号").fill(some.household_id[-6:])
    page.wait_for_url("**q=**")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    page.reload()
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page.get_by_label("乡镇")).to_have_value(some.township_code)
    page.go_back()
    page.wait_for_url(f"**township={some.township_code}")
    expect(page.locator("#list tbody tr")).to_have_count(min(50, expected.count()))


def test_键盘(page: Page, site: str) -> None:
    sign_in(page, site)
    page.keyboard.press("/")
    expect(page.get_by_label("找人、找户、找事项")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="键盘操作")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="键盘操作")).to_be_hidden()


def test_图画得出_点得动_存得下(page: Page, site: str, run: Run) -> None:  # noqa: F811
    sign_in(page, site)
    page.goto(f"{site}/monitoring/")
    for name in ("chart-scores", "chart-categories", "chart-townships"):
        expect(page.locator(f'[data-chart="{name}"] svg')).to_be_visible()
        expect(page.locator(f'[data-chart="{name}"] svg path[fill="{COLORS["red"]}"]')).not_to_have_count(0)
    first = next(row for row in run.summary["townships"] if row["warnings"])
    expect(page.locator('[data-chart="chart-townships"] svg')).to_contain_text(first["name"])
    card = page.locator("[data-chart-card]", has_text="各乡镇预警户")
    card.get_by_text("看数字").click()
    expect(card.locator("tbody tr")).to_have_count(sum(bool(row["warnings"]) for row in run.summary["townships"]))
    with page.expect_download() as caught:
        card.get_by_role("button", name="存表").click()
    text = Path(caught.value.path()).read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == "乡镇,红色,橙色,黄色,蓝色,合计"
    assert f"{first['name']},{first['red']}," in text
    with page.expect_download() as caught:
        card.get_by_role("button", name="存图").click()
    assert Path(caught.value.path()).read_text(encoding="utf-8").startswith("<svg")
    color = next(COLORS[band] for band in COLORS if first[band])
    page.locator(f'[data-chart="chart-townships"] svg path[fill="{color}"]').last.click()
    page.wait_for_url(f"**/monitoring/warnings/?run=1&township={first['code']}")


def test_重新监测看得到进度和结果(
    page: Page,
    site: str,
    settings: Settings,
    county: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    settings.DATA_DIR, settings.RUNS_DIR, settings.KEY_FILE = county, tmp_path / "runs", tmp_path / "identity.key"
    ensure_identity_key(settings.KEY_FILE)
    sign_in(page, site)
    page.goto(f"{site}/monitoring/")
    page.get_by_role("button", name="重新监测").click()
    expect(page.get_by_text("第 2 次监测：等待后台开始")).to_be_visible()
    run_execute(run_id=every(Run).get(number=2).pk)
    expect(page.get_by_role("link", name="第 2 次")).to_be_visible()
    expect(page.get_by_text("等待后台开始")).to_be_hidden()
    page.get_by_role("link", name="第 2 次").click()
    expect(page.locator(".page-pretitle")).to_contain_text("第 2 次监测")


@pytest.mark.parametrize("width", [360, 390])
def test_手机上不横向滚动(open_page: Callable[..., Page], site: str, width: int) -> None:
    page = open_page({"width": width, "height": 800}, device_scale_factor=2, is_mobile=True, has_touch=True)
    sign_in(page, site)
    warning = every(HouseholdWarning).order_by("-members")[0]
    for path in (*ROUTES, f"/monitoring/warnings/{warning.pk}/", f"/monitoring/households/{warning.household_id}/"):
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_手机上的栏目与筛选(phone: Page, site: str) -> None:
    sign_in(phone, site)
    expect(phone.get_by_role("link", name="预警名单")).to_be_hidden()
    phone.get_by_role("button", name="展开栏目").tap()
    phone.get_by_role("link", name="预警名单").tap()
    expect(phone.get_by_label("乡镇")).to_be_hidden()
    phone.get_by_role("button", name="筛选").tap()
    phone.get_by_label("级别").select_option("blue")
    phone.wait_for_url("**band=blue**")
    expect(phone.locator(".list .band-red")).to_have_count(0)


@pytest.mark.parametrize("screen", ["desk", "phone"])
def test_文字看得清(open_page: Callable[..., Page], site: str, screen: str) -> None:
    page = open_page({"width": 1440, "height": 900} if screen == "desk" else {"width": 390, "height": 844})
    page.goto(site)
    assert page.evaluate(CONTRAST) == []
    sign_in(page, site)
    warning = every(HouseholdWarning)[0]
    for path in (*ROUTES, f"/monitoring/warnings/{warning.pk}/", f"/monitoring/households/{warning.household_id}/"):
        page.goto(site + path)
        assert page.evaluate(CONTRAST) == [], path
