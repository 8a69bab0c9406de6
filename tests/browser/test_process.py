"""真实 Chromium 里办一件事：键盘打开待办、看图、办结；手机上不横向滚动。"""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.web.cast import make_cast, signed_in

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.names import NAMES
from jiuzhu.web.process import services
from jiuzhu.web.process.models import Instance, Task

from .looks import demand_fits

SYSTEM = Actor.system("测试")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server: object) -> None:
    """建测试库之前，数据库须已启动。"""


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    """全班人马与三个流程。"""
    NAMES.forget()
    found = make_cast()
    services.definitions_publish(actor=SYSTEM)
    return found


@pytest.fixture
def cases(people: dict[str, User]) -> list[Instance]:
    """镇窗口手里的几件事：一件刚来，一件逾期多日。"""
    post = Post.objects.get(user=people["青禾.镇窗口"])
    return [
        services.instance_open(
            code="dibao_review",
            subject_kind="cases.application",
            subject_key=str(days),
            subject_label=f"{name}*的低保申请",
            division_code="429998101200",
            actor=Actor(post.user_id, str(post.user), post.pk, post.title, str(post.organisation)),
            scope=post.scope(),
            now=timezone.now() - timedelta(days=days),
        )
        for days, name in [(0, "张"), (1, "李"), (12, "王")]
    ]


@pytest.fixture
def come(live_server: object, people: dict[str, User]) -> Callable[[Page, str], str]:
    """以某人的身份进来，返回网站的地址。"""

    def enter(page: Page, name: str) -> str:
        url = str(live_server)
        cookie = signed_in(people[name]).cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "domain": urlsplit(url).hostname or "", "path": "/"}]
        )
        return url

    return enter


def test_键盘打开_办结_图随之变(page: Page, come: Callable[[Page, str], str], cases: list[Instance]) -> None:
    url = come(page, "青禾.镇窗口")
    page.goto(f"{url}/process/")
    expect(page.locator("#list tbody tr")).to_have_count(3)
    expect(page.locator("#list tbody tr").first).to_contain_text("王*的低保申请")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="受理", exact=True)).to_be_visible()
    expect(page.locator(".flow-is-late .flow-text").first).to_have_text("受理")
    page.get_by_label("受理", exact=True).check()
    page.get_by_role("button", name="办结").click()
    expect(page.get_by_text("已办结“受理”。")).to_be_visible()
    page.goto(f"{url}/process/instances/{cases[2].pk}/")
    expect(page.locator(".flow-is-done")).to_have_count(2)  # 受理与分头
    expect(page.locator(".flow-is-now")).to_have_count(2)
    expect(page.get_by_text("办结“受理”").last).to_be_visible()


def test_筛选只换名单(page: Page, come: Callable[[Page, str], str], cases: list[Instance]) -> None:
    url = come(page, "青禾.县经办")
    page.goto(f"{url}/process/overdue/")
    page.evaluate("window.stayed = true")
    page.get_by_label("乡镇").select_option("429998103")
    expect(page.get_by_text("没有符合条件的")).to_be_visible()
    assert page.evaluate("window.stayed")
    page.get_by_label("乡镇").select_option("429998101")
    expect(page.locator("#list tbody tr")).to_have_count(1)


def test_手机上不横向滚动(phone: Page, come: Callable[[Page, str], str], cases: list[Instance]) -> None:
    url = come(phone, "青禾.镇窗口")
    phone.set_viewport_size({"width": 360, "height": 740})
    task = Task.objects.within(Scope.everything()).filter(instance=cases[2]).get()
    definition = cases[0].definition_id
    for route in ("", "overdue/", f"tasks/{task.pk}/", f"instances/{cases[2].pk}/", "definitions/",
                  f"definitions/{definition}/", "absences/"):  # fmt: skip
        phone.goto(f"{url}/process/{route}")
        expect(phone.locator("h1")).to_be_visible()
        demand_fits(phone)
