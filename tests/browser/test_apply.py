"""真实 Chromium 里：读证、看能享什么、选两项、全家签字、一次性告知、受理、核对；手机上也签得了。"""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import Page, expect
from tests.web.cast import COUNTY, every, make_cast, signed_in

from jiuzhu.demo import generate
from jiuzhu.engine.pipeline import monitor
from jiuzhu.engine.roster import Roster
from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.cases.models import Application
from jiuzhu.web.divisions.names import NAMES
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.process.services import definitions_publish
from jiuzhu.web.registry.models import ClassSpan, EconomySnapshot, Household, Membership, Person
from jiuzhu.web.registry.services import households_load

PEOPLE = 400
TOWN = "429998101"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server: object) -> None:
    """建测试库之前，数据库须已启动。"""


@pytest.fixture
def people(transactional_db: None, tmp_path: Path) -> dict[str, User]:
    """全班人马、流程、监测好装好的小县。"""
    NAMES.forget()
    cache.clear()
    found = make_cast()
    kept: list[Roster] = []
    out = tmp_path / "run"
    monitor(generate(tmp_path / "county", people=PEOPLE, seed=7).files, out, key=bytes(32), on_people=kept.append)
    with Scope.everything().applied():
        definitions_publish(actor=Actor.system("测试"))
        Run.objects.create(
            number=1, status=Run.Status.DONE, division_code=COUNTY, folder="", out_dir=str(out), as_of=kept[0].as_of,
            started_at="2026-11-01T00:00Z", rulebook={}, summary={},
        )  # fmt: skip
        households_load(run_number=1, roster=kept[0], out=out)
    for model in (Household, Person, Membership, ClassSpan, EconomySnapshot):  # 小县的户不一定在本镇，都搬过来
        every(model).filter(division_code__startswith="429998").update(division_code=f"{TOWN}200")
    return found


def applicant() -> Person:
    """两口人以上、都有证件号的一户里的大人。"""
    rows = every(Person).filter(alive=True, merged_into=None, id_number_index__isnull=False, household__size__in=(2, 3))
    adults = [row for row in rows.order_by("pk") if (row.age() or 0) >= 18]
    assert adults
    return adults[0]


def come(page: Page, url: str, user: User) -> None:
    """登录好。"""
    cookie = signed_in(user).cookies[settings.SESSION_COOKIE_NAME]
    host = urlsplit(url).hostname or ""
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "domain": host, "path": "/"}])


def write_name(page: Page) -> None:
    """在框里写三个字。"""
    pad = page.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    for part in range(3):
        left = box["x"] + box["width"] * (0.15 + 0.25 * part)
        page.mouse.move(left, box["y"] + box["height"] * 0.3)
        page.mouse.down()
        for step in range(10):
            page.mouse.move(left + step * 5, box["y"] + box["height"] * (0.3 + 0.1 * (step * 3 % 5)))
        page.mouse.up()


def sign_all(page: Page) -> None:
    """全家一个接一个签；未成年的由监护人代签。"""
    while "/sign/" in page.url:
        done = page.get_by_role("button", name="签好了")
        expect(done).to_be_disabled()
        if page.locator("[name=by][value=own]").count() == 0:
            page.get_by_label("监护人的姓名").fill("王建国")
            page.get_by_label("是本人的什么人").fill("父亲")
        write_name(page)
        page.get_by_role("button", name="退一笔").click()
        write_name(page)
        expect(done).to_be_enabled()
        before = page.url
        done.click()
        page.wait_for_url(lambda url, before=before: url != before)


def mark(page: Page, words: str) -> None:
    """逐样标材料。"""
    for row in page.locator("#materials fieldset").all():
        row.get_by_label(words).check()
    page.locator("#materials button").click()


def test_读证到受理核对(page: Page, live_server: object, people: dict[str, User]) -> None:
    url, person = str(live_server), applicant()
    come(page, url, people["青禾.镇窗口"])
    page.goto(f"{url}/cases/card/")
    page.keyboard.type(str(person.id_number))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="家里有谁")).to_be_visible()
    assert str(person.id_number) not in page.url
    assert person.name not in page.content()
    page.locator("input[value='linshi_xiaoe|']").check()
    page.evaluate("document.querySelectorAll('details.fit-far').forEach(each => each.open = true)")
    page.locator("input[value='dibao|']").check()
    page.get_by_role("button", name="申请勾选的项目").click()
    page.locator("#ask").get_by_text("是", exact=True).first.click()
    expect(page.get_by_text("已保存，重新算过")).to_be_visible()
    page.locator("#details").get_by_label("没有", exact=True).check()
    page.locator("#details").get_by_role("button", name="保存").click()
    page.get_by_role("link", name="请他签").first.click()
    sign_all(page)
    page.get_by_role("button", name="全家都签了，出具承诺书和授权书").click()
    expect(page.locator("#signing").get_by_text("已出具")).to_be_visible()
    page.get_by_role("button", name="提交申请").click()
    mark(page, "还缺")
    page.get_by_role("button", name="出一次性告知书").click()
    expect(page.get_by_role("link", name="补正材料一次性告知书")).to_be_visible()
    mark(page, "收了")
    page.get_by_role("button", name="受理，出受理通知书").click()
    expect(page.get_by_role("link", name="受理通知书")).to_be_visible()
    page.get_by_role("button", name="一键核对").click()
    page.wait_for_url("**/verification/checks/**")
    row = every(Application).get()
    assert row.check_run is not None
    assert row.answers["household"]["基本生活眼下过不下去"] is True
