"""真实 Chromium 里走完一整圈：部门报数，改好一行，县里监测，自动派单，部门接单办理，手机上回访，核对办结，成效里看得到。"""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from playwright.sync_api import Page, expect
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings
from tests.web.cast import COUNTY, every, make_cast, signed_in

from jiuzhu.demo import generate
from jiuzhu.keys import ensure_data_keys, ensure_identity_key
from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.models import Division, Organisation
from jiuzhu.web.divisions.names import NAMES
from jiuzhu.web.monitoring.models import Plan, Run
from jiuzhu.web.monitoring.services import run_start
from jiuzhu.web.orders.models import Order, OrderPart, Setting
from jiuzhu.web.process.models import Task
from jiuzhu.web.process.services import definitions_publish

from .looks import demand_fits

SETTLEMENT = "医保_住院及大病结算.csv"
ACTOR = Actor.system("测试", division_code=COUNTY)
QUEUES = ("exchange", "monitoring")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_server: object) -> None:
    """建测试库之前，数据库须已启动。"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """一个八百人的县的部门文件。"""
    return generate(tmp_path_factory.mktemp("loop"), people=800, seed=3, dialect="standard").files


@dataclass
class County:
    """这个县的人、网址、医保局要报的文件。"""

    url: str
    people: dict[str, User]
    settlement: bytes
    order: Order = field(init=False)

    def come(self, page: Page, name: str, path: str) -> None:
        """以某人的身份打开一页。"""
        cookie = signed_in(self.people[name]).cookies[django_settings.SESSION_COOKIE_NAME]
        host = urlsplit(self.url).hostname or ""
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "domain": host, "path": "/"}])
        page.goto(f"{self.url}{path}")

    def task(self, node: str, office: str = "") -> str:
        """这张单（某个单位）等着办的一步，它的页。"""
        rows = every(Task).filter(instance=self.order.instance_id, node=node, done_at=None)
        return f"/orders/tasks/{(rows.filter(organisation__code=office) if office else rows).get().pk}/"


def work() -> None:
    """后台把交给它的都办完。"""
    with Scope.everything().applied():
        while job := ProcrastinateJob.objects.filter(status="todo", queue_name__in=QUEUES).order_by("id").first():
            ProcrastinateJob.objects.filter(pk=job.pk).delete()
            app.tasks[job.task_name].func(**job.args)


@pytest.fixture
def county(transactional_db: None, live_server: object, files: Path, tmp_path: Path, settings: Settings) -> County:
    """别的部门都已报过，监测过一次；医保局的还没有报。医疗类预警自动派单，办完都回访。"""
    NAMES.forget()
    cache.clear()
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    settings.HOME, settings.RUNS_DIR, settings.DATA_DIR = tmp_path, tmp_path / "runs", tmp_path / "files"
    settings.KEY_FILE, settings.DATA_KEYS_FILE = tmp_path / "identity.key", tmp_path / "data.keys"
    ensure_identity_key(settings.KEY_FILE)
    ensure_data_keys(settings.DATA_KEYS_FILE)
    settings.DATA_DIR.mkdir()
    for file in files.iterdir():
        if file.name != SETTLEMENT:
            (settings.DATA_DIR / file.name).symlink_to(file)
    people = make_cast()
    Setting.objects.create(county_code=COUNTY[:6], asked_percent=100, data_sender=Setting.Sender.COUNTY)
    with Scope.everything().applied():
        definitions_publish(actor=ACTOR)
        bands = ["red", "orange", "yellow", "blue"]
        Plan.objects.create(
            division_code=COUNTY, category="医疗", version=1, auto_bands=bands, saved_at="2026-01-01T00:00Z"
        )
        run_start(actor=ACTOR, division_code=COUNTY, trigger=Run.Trigger.FIRST)
        work()
        _villages(people)
    return County(str(live_server), people, (files / SETTLEMENT).read_bytes())


def _villages(people: dict[str, User]) -> None:
    """每个村一名协理员。"""
    for village in Division.objects.filter(level="village", code__startswith=COUNTY[:6]):
        point, _ = Organisation.objects.get_or_create(
            code=f"point-{village.code}", kind="village_point", department="minzheng",
            defaults={"name": f"{village.name}服务点", "division_code": village.code},
        )  # fmt: skip
        user = User.objects.create_user(f"协理员{village.code}", display_name="协理员")
        Post.objects.create(user=user, role="village_worker", organisation=point, division_code=village.code)
        people[village.code] = user


def send(page: Page, county: County) -> None:
    """部门报送，末两行有毛病；核对、确认，行数对得平。"""
    broken = "李四,429998196110222416,住院,I10,高血压,一千二,800,400,2026-09-02\n,,住院,E11,糖尿病,3000,2000,1000,2026-09-13\n"
    county.come(page, "青禾.部门经办", "/exchange/")
    payload = {"name": SETTLEMENT, "mimeType": "text/csv", "buffer": county.settlement + broken.encode("gb18030")}
    page.set_input_files("input[name=files]", [payload])
    page.wait_for_url("**/exchange/files/*/")
    work()
    page.wait_for_url("**/check/")
    expect(page.locator("#id_source")).to_have_value("medical_settlement")
    page.get_by_role("button", name="确认接收").click()
    page.wait_for_url("**/exchange/batches/*/")
    work()
    page.reload()
    numbers = [int(text.replace(",", "")) for text in page.locator(".equation b").all_inner_texts()]
    assert numbers[0] == sum(numbers[1:4])
    assert numbers[2] >= 1


def mend(page: Page) -> None:
    """在隔离台改好一行。"""
    page.get_by_role("link", name="到隔离台逐行改").click()
    page.locator("[data-open]").last.click()
    page.get_by_label("参保人姓名").fill("范涛")
    page.get_by_label("参保人姓名").blur()
    expect(page.locator("#verdict")).to_contain_text("这样改就能收下")
    page.get_by_label("凭什么这样改").fill("翻了原始单据，是他的")
    page.get_by_role("button", name="改好，重收这一行").click()
    expect(page.get_by_text("已收下这一行").first).to_be_visible()


def monitor(page: Page, county: County) -> None:
    """县监测员发起监测，对比两次，新增的户里有医疗的。"""
    county.come(page, "青禾.县监测员", "/monitoring/")
    page.get_by_role("button", name="重新监测").click()
    expect(page.get_by_text("第 2 次监测：等待后台开始")).to_be_visible()
    work()
    expect(page.locator("#progress")).to_have_count(0)
    page.wait_for_load_state()
    page.goto(f"{county.url}/monitoring/runs/compare/?from=1&to=2")
    assert int(page.locator(".kind b").first.inner_text().replace(",", "")) > 0


def order_of_two() -> Order:
    """自动派给医保局与民政局两家的一张单。"""
    sent = every(OrderPart).filter(organisation__code="青禾-department", order__origin="warning").values("order_id")
    found = every(Order).filter(pk__in=sent).select_related("household").order_by("pk").first()
    assert found is not None, "没有自动派给医保局的单"
    codes = every(OrderPart).filter(order=found).values_list("organisation__code", flat=True)
    assert set(codes) == {"青禾-department", "青禾-county_office"}
    return found


def handle(page: Page, county: County, who: str, office: str) -> None:
    """一个单位接单，登记一项措施，反馈。"""
    county.come(page, who, county.task("take", office))
    page.get_by_role("button", name="接单").click()
    page.goto(f"{county.url}{county.task('handle', office)}")
    page.get_by_label("给了什么").select_option("cash")
    page.get_by_label("哪项政策、哪个项目").fill("医疗救助")
    page.get_by_label("金额（元）").fill("3000")
    page.get_by_role("button", name="登记这一项").click()
    expect(page.get_by_text("已登记；还有别的措施接着登")).to_be_visible()
    page.get_by_text("已落实", exact=True).click()
    page.get_by_label("情况（必填）").fill("医疗救助已核发")
    page.get_by_role("button", name="反馈给首问单位").click()
    expect(page.get_by_text("已落实。").first).to_be_visible()


def ask(phone: Page, county: County) -> None:
    """协理员在手机上回访。"""
    household = county.order.household
    assert household is not None
    county.come(phone, household.division_code, county.task("ask_village"))
    demand_fits(phone)
    phone.get_by_text("解决了", exact=True).tap()
    phone.get_by_text("很满意", exact=True).tap()
    phone.get_by_role("button", name="登记回访").tap()
    expect(phone.get_by_text("回访已登记")).to_be_visible()
    demand_fits(phone)


def close(page: Page, county: County) -> None:
    """首问单位核对，办结。"""
    county.come(page, "青禾.县经办", county.task("check"))
    page.get_by_text("政策未落实的，已落实").click()
    page.get_by_label("情况（必填）").fill("已电话答复本户")
    page.get_by_role("button", name="办结这一步").click()
    expect(page.get_by_text("“核对反馈”：").first).to_be_visible()
    county.order.refresh_from_db()


def figure(page: Page, county: County, title: str) -> int:
    """成效页上的一个数。"""
    county.come(page, "青禾.领导", "/monitoring/effect/")
    return int(page.locator(".flow li", has_text=title).locator("b").inner_text().replace(",", ""))


def test_一整圈_从报数到办结(page: Page, phone: Page, county: County) -> None:
    send(page, county)
    mend(page)
    monitor(page, county)
    county.order = order_of_two()
    before = figure(page, county, "办结")
    handle(page, county, "青禾.部门经办", "青禾-department")
    handle(page, county, "青禾.县经办", "青禾-county_office")
    ask(phone, county)
    close(page, county)
    assert figure(page, county, "办结") == before + 1
    page.locator(".flow li", has_text="办结").get_by_role("link").click()
    page.wait_for_url("**/monitoring/effect/list/**")
    household = county.order.household
    assert household is not None
    expect(page.get_by_text(household.household_id[-6:]).first).to_be_visible()
