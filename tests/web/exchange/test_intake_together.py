"""一次传几个：一页看完，没有要看的一起确认；各成一个任务、各记一笔。"""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.web.cast import every, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.exchange import services
from jiuzhu.web.exchange.models import Batch, ReceivedFile
from jiuzhu.web.exchange.models.batch import Mode, State
from jiuzhu.web.exchange.services.inspecting import file_inspect

from .intake_files import CSV, STRANGE, lines
from .test_intake_upload import send

pytestmark = pytest.mark.usefixtures("home")
URL, CONFIRM = "exchange:checks", "exchange:checks_confirm"


@pytest.fixture
def bureau(cast: dict[str, User]) -> Client:
    """医保局经办的浏览器。"""
    return signed_in(cast["青禾.部门经办"])


def looked() -> list[Batch]:
    """后台看完收到的各个文件。"""
    with Scope.everything().applied():
        for file in every(ReceivedFile).filter(inspected_at=None).order_by("pk"):
            file_inspect(received_id=file.pk)
    return list(every(Batch).order_by("number"))


def page_of(client: Client) -> str:
    return client.get(reverse(URL)).content.decode()


def row_of(page: str, batch: Batch) -> str:
    """一批在页上的那一行。"""
    return next(row for row in page.split("<tr data-row>")[1:] if f"第 {batch.number} 批" in row).split("</tr>")[0]


def confirm(client: Client, *batches: Batch, **modes: str) -> HttpResponse:
    """勾这几批，照页上替人选好的用法确认。"""
    page, form = page_of(client), {"batch": [batch.pk for batch in batches]}
    for batch in batches:
        row = row_of(page, batch)
        form[f"mode-{batch.pk}"] = "supplement" if 'value="supplement" selected' in row else "full"
    return client.post(reverse(CONFIRM), form | modes)


def test_几个一起传_到一页上等着_看完列出来(bureau: Client) -> None:
    answer = send(bureau, ("九月.csv", lines(5)), ("怪.csv", STRANGE), ("坏.xlsx", b"PK\x03\x04" + b"x" * 99))
    assert (answer.status_code, answer["Location"]) == (302, reverse(URL))
    assert "正在看 3 个文件" in page_of(bureau)
    clean, strange = looked()
    page = page_of(bureau)
    assert "checked" in row_of(page, clean)
    assert "checked" not in row_of(page, strange)
    assert "是看表头相近或看内容认的" in row_of(page, strange) or "缺必需的列" in row_of(page, strange)
    assert "坏.xlsx" in page
    assert "文件不完整" in page
    assert "叶珠雨" not in page


def test_没有要看的一起确认_各成任务各记一笔_同一来源的第二张是补充(bureau: Client) -> None:
    send(bureau, ("九月.csv", lines(5)), ("十月.csv", lines(6)), ("有问题.csv", CSV))
    first, second, faulty = looked()
    page = page_of(bureau)
    assert "与上面一张是同一个来源" in row_of(page, second)
    assert "要隔离" in row_of(page, faulty)
    assert "第 " in row_of(page, faulty).split("要隔离")[1], "最先遇到的问题也列出来"
    jobs = ProcrastinateJob.objects.filter(task_name="exchange_take").count()
    answer = confirm(bureau, first, second)
    assert (answer.status_code, answer["Location"]) == (302, reverse(URL)), "还有一批没有办，留在这一页"
    assert ProcrastinateJob.objects.filter(task_name="exchange_take").count() == jobs + 2
    assert Entry.objects.filter(action="exchange.batch_confirm").count() == 2
    modes = dict(every(Batch).exclude(confirmed_at=None).values_list("pk", "mode"))
    assert modes == {first.pk: Mode.FULL, second.pk: Mode.SUPPLEMENT}
    assert every(Batch).get(pk=faulty.pk).state == State.DRAFT
    assert confirm(bureau, faulty)["Location"] == reverse("exchange:batches")


def test_一批不成不影响别的_什么也没勾的说明(bureau: Client) -> None:
    send(bureau, ("九月.csv", lines(5)), ("十月.csv", lines(6)))
    first, second = looked()
    answer = confirm(bureau, first, second, **{f"mode-{second.pk}": "correction"})
    assert answer.status_code == 200
    assert "十月.csv：请选这一批怎样用" in answer.content.decode()
    assert [batch.state for batch in every(Batch).order_by("number")] == [State.QUEUED, State.DRAFT]
    nothing = bureau.post(reverse(CONFIRM), {})
    assert nothing.status_code == 400
    assert "还没有勾选" in nothing.content.decode()


def test_行数少得多_数据更旧_都提醒(bureau: Client) -> None:
    send(bureau, ("全年.csv", lines(20)))
    whole = looked()[0]
    confirm(bureau, whole)
    with Scope.everything().applied():
        services.batch_take(batch_id=whole.pk)
    every(Batch).filter(pk=whole.pk).update(data_date="2026-10-31")
    send(bureau, ("补.csv", lines(4)))
    more = looked()[1]
    row = row_of(page_of(bureau), more)
    assert "只有 4 行，现在用着的有 20 行" in row
    assert "比现在用着的还旧" in row
    single = bureau.get(reverse("exchange:check", args=[more.pk])).content.decode()
    assert "只有 4 行，现在用着的有 20 行" in single


def test_别人报的_别的来源_办不了(bureau: Client, cast: dict[str, User]) -> None:
    assert signed_in(cast["青禾.村协理员"]).get(reverse(URL)).status_code == 403
    assert signed_in(cast["青禾.县经办"]).post(reverse(CONFIRM)).status_code == 403
    send(bureau, ("九月.csv", lines(5)), ("十月.csv", lines(6)))
    first, _ = looked()
    monitor = signed_in(cast["青禾.县监测员"])
    page = page_of(monitor)
    assert "没有等您确认的" in page
    assert "别人报的还有 2 批" in page
    monitor.post(reverse(CONFIRM), {"batch": [first.pk], f"mode-{first.pk}": "full"})
    assert signed_in(cast["禾丰.部门经办"]).post(reverse(CONFIRM), {"batch": [first.pk]}).status_code == 400
    every(Batch).filter(pk=first.pk).update(source="vehicle")
    row = row_of(page_of(bureau), first)
    assert "不是贵单位报的来源" in row
    assert "checkbox" not in row
    refused = bureau.post(reverse(CONFIRM), {"batch": [first.pk], f"mode-{first.pk}": "full"})
    assert "不是贵单位报的来源" in refused.content.decode()
    assert every(Batch).get(pk=first.pk).state == State.DRAFT
