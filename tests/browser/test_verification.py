"""真实 Chromium 里走完一次核对：登记授权书，看着一个个来源比对出来，出报告，手机上登记异议，核对中心复核，两次都在。"""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import polars as pl
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect
from pytest_django import Settings
from tests.web.cast import every, make_cast, signed_in
from tests.web.documents.files import picture

from jiuzhu.demo import generate
from jiuzhu.engine.pipeline import monitor
from jiuzhu.engine.roster import Roster
from jiuzhu.keys import ensure_data_keys
from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.names import NAMES
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.process.services import definitions_publish
from jiuzhu.web.registry.models import Household
from jiuzhu.web.registry.services import households_load
from jiuzhu.web.verification.models import Check

from .looks import demand_fits

SCAN = FilePayload(name="授权书.jpg", mimeType="image/jpeg", buffer=picture())


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server: object) -> None:
    """建测试库之前，数据库须已启动。"""


@pytest.fixture(scope="module")
def monitored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Roster]:
    """一个四百人的县的监测结果与名册。"""
    folder, kept = tmp_path_factory.mktemp("checked"), list[Roster]()
    monitor(generate(folder / "files", people=400, seed=11).files, folder / "run", key=bytes(32), on_people=kept.append)
    return folder / "run", kept[0]


@pytest.fixture
def people(
    transactional_db: None, monitored: tuple[Path, Roster], tmp_path: Path, settings: Settings
) -> dict[str, User]:
    """监测好、装好、流程发布好的县，全班在岗。"""
    NAMES.forget()
    cache.clear()
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    settings.HOME, settings.DATA_KEYS_FILE = tmp_path, tmp_path / "data.keys"
    ensure_data_keys(settings.DATA_KEYS_FILE)
    found, (out, roster) = make_cast(), monitored
    with Scope.everything().applied():
        Run.objects.create(
            number=1, division_code="429998000000", status=Run.Status.DONE, started_at=timezone.now(), out_dir=str(out),
            as_of=timezone.localdate(),
        )  # fmt: skip
        households_load(run_number=1, roster=roster, out=out)
        definitions_publish(actor=Actor.system("测试"))
    return found


@pytest.fixture
def home(people: dict[str, User], monitored: tuple[Path, Roster]) -> Household:
    """户主有证件号、对照低保超标的一户。"""
    facts = pl.read_parquet(monitored[0] / "household_facts.parquet").filter(pl.col("家庭汽车数") > 0)
    rows = every(Household).filter(
        household_id__in=facts["household_id"].to_list(), head__id_number_index__isnull=False
    )
    found = rows.select_related("head").order_by("size", "household_id").first()
    assert found is not None
    return found


@pytest.fixture
def come(live_server: object, people: dict[str, User]) -> Callable[[Page, str, str], None]:
    """以某人的身份打开一页。"""

    def enter(page: Page, name: str, path: str) -> None:
        cookie = signed_in(people[name]).cookies[django_settings.SESSION_COOKIE_NAME]
        host = urlsplit(str(live_server)).hostname or ""
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "domain": host, "path": "/"}])
        page.goto(f"{live_server}{path}")

    return enter


def sign(page: Page, number: str) -> None:
    """照纸上的登记：全家都签了，未成年人由监护人代签。"""
    page.fill("#id_number", number)
    page.fill("#id_place", "便民服务大厅")
    page.get_by_label("最低生活保障").check()
    for choice in page.locator("select[name^=signed_]").all():
        guardian = page.locator(f"#{(choice.get_attribute('id') or '').replace('signed', 'signer')}")
        if choice.input_value() == "guardian":
            expect(guardian).to_be_visible()
            guardian.fill("王某，母亲")
        else:
            expect(guardian).not_to_be_visible()
            choice.select_option("own")
    page.set_input_files("#id_scan", SCAN)
    page.get_by_role("button", name="登记", exact=True).click()


def test_从授权到复核(page: Page, phone: Page, come: Callable[[Page, str, str], None], home: Household) -> None:
    come(page, "青禾.核对中心", "/verification/")
    page.fill("#id_q", str(home.head and home.head.id_number))
    page.get_by_role("button", name="找", exact=True).click()
    page.locator(f"a[href$='/households/{home.household_id}/']").click()
    expect(page.get_by_text("还没有有效的授权书")).to_be_visible()
    page.get_by_role("link", name="登记授权书").first.click()
    sign(page, "授〔2026〕7号")
    expect(page.get_by_text("全家都签了，可以核对了")).to_be_visible()

    page.get_by_role("button", name="一键核对").click()
    expect(page.locator(".sources tbody tr")).to_have_count(18)
    expect(page.get_by_text("正在比对")).not_to_be_visible()
    expect(page.get_by_text("“没有汽车”不成立")).to_be_visible()
    first = every(Check).get()
    assert page.url.endswith(f"/verification/checks/{first.pk}/")  # 刷新不会再核对一次
    page.reload()
    assert every(Check).count() == 1
    expect(page.get_by_text("县里还没有接入这类数据").first).to_be_visible()
    page.get_by_text("看证据").first.click()
    expect(page.get_by_text("行，").first).to_be_visible()
    page.get_by_role("button", name="出具核对报告").click()
    expect(page.get_by_text("已出具核对报告")).to_be_visible()
    paper = page.request.get(urljoin(page.url, page.get_by_role("link", name="核对报告").first.get_attribute("href")))
    assert paper.body().startswith(b"%PDF")

    come(phone, "青禾.核对中心", f"/verification/checks/{first.pk}/")
    demand_fits(phone)
    phone.get_by_role("link", name="登记异议").click()
    phone.select_option("#id_finding", index=1)
    phone.fill("#id_words", "车去年已经报废，有注销证明。")
    phone.get_by_role("button", name="登记异议").click()
    expect(phone.get_by_text("交核对中心复核")).to_be_visible()
    demand_fits(phone)

    page.goto(phone.url)
    page.get_by_label("维持原来的结果").check()
    page.fill("#id_note", "交警的数据里仍在名下。")
    page.get_by_role("button", name="重新比对并答复").click()
    expect(page.get_by_role("heading", name="前后两次")).to_be_visible()
    second = every(Check).exclude(pk=first.pk).get()
    assert second.previous == first
    for number in (first.number, second.number):
        expect(page.get_by_role("link", name=number).first).to_be_visible()
