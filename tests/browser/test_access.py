"""真实 Chromium 里：设第二重验证再登录、切换岗位、开账号授岗位、闲置提示；桌面与手机。"""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django import Settings
from tests.web.access.conftest import code_of
from tests.web.cast import PASSWORD, make_organisation, make_person, make_places

from jiuzhu.web.access.models import Post, User

from .looks import demand_fits


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server: object) -> None:
    """建测试库之前，数据库须已启动。"""


@pytest.fixture(autouse=True)
def built(settings: Settings) -> None:
    """前端须已构建：``make test`` 会先构建。"""
    assert (Path(settings.FRONTEND_DIR) / "app.js").is_file(), "前端没有构建，请先 make frontend"
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def site(live_server: object) -> str:
    """网站的网址；有一名身兼两岗的县经办、系统与安全管理员。"""
    make_places()
    worker = make_person("sujingban", "county_officer", "青禾")
    User.objects.filter(pk=worker.pk).update(display_name="苏文静")
    office = make_organisation("青禾", "county_office")
    Post.objects.create(user=worker, role="county_monitor", organisation=office, division_code="429998000000")
    make_organisation("青禾", "township_station")
    make_person("xitong", "system_admin", "青禾")
    make_person("anquan", "security_admin", "青禾")
    return str(live_server)


def sign_in(page: Page, site: str, username: str) -> None:
    """在登录页填用户名、密码。"""
    page.goto(f"{site}/account/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def sign_out(page: Page, site: str) -> None:
    """退出。"""
    page.goto(f"{site}/account/logout/")
    page.locator("main").get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", name="登录", exact=True)).to_be_visible()


def enrol_and_return(page: Page, site: str) -> None:
    """登录，设第二重验证，收好备用码，退出，再带验证码登录。"""
    sign_in(page, site, "sujingban")
    page.goto(f"{site}/account/mine/")
    page.get_by_role("link", name="设置", exact=True).click()
    expect(page.get_by_role("img", name="第二重验证的二维码")).to_be_visible()
    assert page.evaluate("document.querySelector('.qr').naturalWidth") > 0, "二维码真的画出来了"
    demand_fits(page)
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("验证码").fill(code_of(secret, -1))
    page.get_by_role("button", name="设好").click()
    expect(page.locator(".codes li")).to_have_count(10)
    demand_fits(page)
    page.get_by_role("link", name="收好了").click()
    expect(page.get_by_text("备用码还有 10 个")).to_be_visible()
    sign_out(page, site)
    sign_in(page, site, "sujingban")
    expect(page.get_by_role("heading", name="第二重验证")).to_be_visible()
    demand_fits(page)
    page.get_by_label("验证码").fill("000000")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("验证码不对")).to_be_visible()
    page.get_by_label("验证码").fill(code_of(secret))
    page.get_by_role("button", name="登录").click()
    page.goto(f"{site}/account/mine/")
    expect(page.get_by_role("heading", name="苏文静")).to_be_visible()


def test_设第二重验证_退出_再登录(page: Page, site: str) -> None:
    enrol_and_return(page, site)


def test_手机上设第二重验证_退出_再登录(phone: Page, site: str) -> None:
    enrol_and_return(phone, site)


def switch(page: Page, site: str) -> None:
    """页首换岗位，换完回到工作台。"""
    sign_in(page, site, "sujingban")
    page.goto(f"{site}/account/mine/")
    switcher = page.locator(".switcher")
    expect(switcher.locator("summary")).to_contain_text("县经办")
    switcher.locator("summary").click()
    demand_fits(page)
    switcher.get_by_role("button", name="县监测员").click()
    page.wait_for_url(f"{site}/")
    expect(page.locator(".switcher summary")).to_contain_text("县监测员")


def test_切换岗位(page: Page, site: str) -> None:
    switch(page, site)


def test_手机上切换岗位(phone: Page, site: str) -> None:
    switch(phone, site)


def test_系统管理员开账号_用户名自动拟好(page: Page, site: str) -> None:
    sign_in(page, site, "xitong")
    page.goto(f"{site}/account/people/")
    page.get_by_role("link", name="开账号").click()
    page.get_by_label("姓名").fill("张三")
    page.get_by_label("姓名").blur()
    expect(page.get_by_label("用户名")).to_have_value("zs")
    page.get_by_role("button", name="开账号").click()
    password = page.locator("[data-password]").inner_text()
    assert User.objects.get(username="zs").check_password(password)
    page.get_by_role("link", name="交给本人了").click()
    expect(page.get_by_text("没有岗位", exact=True).first).to_be_visible()
    page.locator("summary", has_text="停用账号").click()
    page.get_by_role("button", name="确定停用账号").click()
    expect(page.get_by_text("已停用")).to_have_count(0)
    page.get_by_label("事由").locator("visible=true").fill("开错了")
    page.get_by_role("button", name="确定停用账号").click()
    expect(page.get_by_text("账号已停用，岗位已一并收回。")).to_be_visible()


def test_开账号_自己写的用户名不被拟的盖掉_双击只开一次(page: Page, site: str) -> None:
    held: list[Route] = []
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    sign_in(page, site, "xitong")
    page.route("**/people/username/**", lambda route: held.append(route))
    page.goto(f"{site}/account/people/new/")
    page.get_by_label("姓名").fill("李四")
    page.get_by_label("用户名").fill("lisi")
    while not held:
        page.wait_for_timeout(20)
    with page.expect_response("**/people/username/**"):
        held[0].continue_()
    page.wait_for_timeout(300)
    expect(page.get_by_label("用户名")).to_have_value("lisi")
    sent.clear()
    page.get_by_role("button", name="开账号").dblclick()
    expect(page.locator("[data-password]")).to_be_visible()
    assert len(sent) == 1


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_安全管理员授岗位_选了角色才列单位片区(request: pytest.FixtureRequest, site: str, screen: str) -> None:
    page: Page = request.getfixturevalue(screen)
    person = User.objects.create_user("zhangsan", display_name="张三", division_code="429998000000")
    sign_in(page, site, "anquan")
    page.goto(f"{site}/account/people/{person.pk}/posts/new/")
    page.get_by_label("角色").select_option(label="镇窗口")
    expect(page.get_by_label("片区")).to_be_visible()
    page.get_by_label("单位").select_option(label="麦岭镇社会事务办")
    page.get_by_label("片区").select_option(label="麦岭镇")
    demand_fits(page)
    page.get_by_role("button", name="授予", exact=True).click()
    expect(page.get_by_text("已授予“镇窗口”。")).to_be_visible()
    assert person.posts.get().division_code == "429998101000"
    page.goto(f"{site}/account/people/")
    expect(page.locator("#list tbody tr")).to_have_count(4)
    demand_fits(page)


def test_闲置到时盖住页面_请人重新登录(page: Page, site: str) -> None:
    sign_in(page, site, "sujingban")
    page.clock.install()
    page.goto(f"{site}/account/mine/")
    page.clock.run_for(29 * 60_000)
    expect(page.locator("dialog.idle")).to_have_count(0)
    page.clock.run_for(70_000)
    expect(page.get_by_role("heading", name="登录已失效")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="登录已失效")).to_be_visible()
    assert "why=idle&next=%2Faccount%2Fmine%2F" in page.get_by_role("link", name="重新登录").get_attribute("href")


def test_页面自己定时刷新的请求带着记号_人点的不带(page: Page, site: str) -> None:
    sign_in(page, site, "anquan")
    page.goto(f"{site}/account/people/")
    seen: list[tuple[str, str | None]] = []
    page.on("request", lambda request: seen.append((request.url, request.headers.get("x-background"))))
    page.evaluate("""() => {
      const box = document.createElement("div");
      box.setAttribute("hx-get", "/account/people/?poll=1");
      box.setAttribute("hx-trigger", "every 200ms");
      document.querySelector("main").append(box);
      htmx.process(box);
    }""")
    page.wait_for_timeout(700)
    page.get_by_label("状态").select_option("open")
    page.wait_for_url("**state=open**")
    assert {mark for url, mark in seen if "poll=1" in url} == {"1"}
    assert {mark for url, mark in seen if "state=open" in url} == {None}
