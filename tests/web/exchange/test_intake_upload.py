"""报送的页面：上传、看、改列、确认、收好、下载、撤回；谁能办，谁不能。"""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.web.cast import every, make_person, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.documents import vault
from jiuzhu.web.exchange import limits, selectors, services
from jiuzhu.web.exchange.models import Batch, ColumnMapping, ReceivedFile
from jiuzhu.web.exchange.models.batch import Mode, State
from jiuzhu.web.exchange.services.inspecting import file_inspect

from .desk_batches import COUNTY
from .intake_files import CSV, STRANGE, lines

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def officer(cast: dict[str, User]) -> User:
    """医保局经办。"""
    return cast["青禾.部门经办"]


@pytest.fixture
def bureau(officer: User) -> Client:
    """医保局经办的浏览器。"""
    return signed_in(officer)


def send(client: Client, *files: tuple[str, str | bytes], **headers: str) -> HttpResponse:
    """传几个文件。"""
    sent = [SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode()) for name, text in files]
    return client.post(reverse("exchange:upload"), {"files": sent}, headers=headers)


def draft(client: Client, text: str | bytes = CSV, name: str = "医保.csv") -> Batch:
    """传上去，看过了，待确认。"""
    answer = send(client, (name, text))
    assert answer.status_code == 302, answer.content.decode()
    file = every(ReceivedFile).latest("pk")
    with Scope.everything().applied():
        file_inspect(received_id=file.pk)
    return every(Batch).get(received=file)


def take(batch: Batch) -> Batch:
    """后台收完。"""
    with Scope.everything().applied():
        services.batch_take(batch_id=batch.pk)
    return every(Batch).get(pk=batch.pk)


def text_of(answer: HttpResponse) -> str:
    """页面的文字。"""
    return answer.content.decode()


def test_传一个文件_直到收好(bureau: Client, officer: User) -> None:
    batch = draft(bureau)
    waiting = bureau.get(reverse("exchange:received", args=[batch.received_id]))
    assert (waiting.status_code, waiting["Location"]) == (302, reverse("exchange:batch", args=[batch.pk]))
    page = text_of(bureau.get(reverse("exchange:check", args=[batch.pk])))
    assert "先试收前 6 行：接受 <strong>3</strong>" in page
    assert "叶**" in page
    assert "叶珠雨" not in page
    assert "429998196110222416" not in page
    answer = bureau.post(reverse("exchange:confirm", args=[batch.pk]), {"mode": "full"})
    assert answer.status_code == 302
    moving = text_of(bureau.get(reverse("exchange:batch", args=[batch.pk])))
    assert "排队，等待后台开始" in moving
    assert bureau.get(reverse("exchange:batch_progress", args=[batch.pk])).status_code == 200
    done = take(batch)
    assert done.state == State.TAKEN
    assert done.organisation == officer.posts.get().organisation
    ended = bureau.get(reverse("exchange:batch_progress", args=[batch.pk]))
    assert (ended.status_code, ended["HX-Refresh"]) == (204, "true")
    page = text_of(bureau.get(reverse("exchange:batch", args=[batch.pk])))
    assert "<b>6</b>读入" in page
    assert "对平" in page
    assert reverse("exchange:quarantine_batch", args=[batch.pk]) in page
    assert [item.pk for item in selectors.current_batches(COUNTY)] == [batch.pk]


def test_原文不在盘上_库房里是密文(bureau: Client) -> None:
    send(bureau, ("医保.csv", CSV))
    stored = vault.path_of(every(ReceivedFile).get().name).read_bytes()
    assert b"429998196110222416" not in stored
    assert vault.read_all(every(ReceivedFile).get().name) == CSV.encode()


def test_同样的内容再传_说清以前是哪一批(bureau: Client) -> None:
    batch = draft(bureau)
    again = send(bureau, ("换个名字.csv", CSV))
    assert again.status_code == 400
    assert f"第 {batch.number} 批）完全相同" in text_of(again)
    assert every(ReceivedFile).count() == 1
    assert len(list(vault.names())) == 1, "没收下的不留在库房里"


def test_一次几个_坏的说明原因_好的照收(bureau: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jiuzhu.web.exchange.handlers.LARGEST", 5000)
    answer = send(bureau, ("好.csv", CSV), ("空.csv", ""), ("太大.csv", lines(200)), ("好二.csv", lines(3)))
    page = text_of(answer)
    assert "太大.csv：文件有" in page
    assert "空.csv：这是一个空文件" in page
    assert sorted(every(ReceivedFile).values_list("file_name", flat=True)) == ["好.csv", "好二.csv"]
    assert len(list(vault.names())) == 2


def test_残缺的_看过才知道_不要了内容随即删去(
    bureau: Client, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    send(bureau, ("残缺.xlsx", b"PK\x03\x04" + b"x" * 100))
    file = every(ReceivedFile).get()
    assert "正在看这个文件" in text_of(bureau.get(reverse("exchange:received", args=[file.pk])))
    with Scope.everything().applied():
        file_inspect(received_id=file.pk)
    page = text_of(bureau.get(reverse("exchange:received", args=[file.pk])))
    assert "文件不完整" in page
    with django_capture_on_commit_callbacks(execute=True):
        assert bureau.post(reverse("exchange:drop", args=[file.pk])).status_code == 302
    assert [vault.read_all(name) for name, _ in vault.names()] == [b""], "内容已删去"
    assert bureau.get(reverse("exchange:received", args=[file.pk])).status_code == 404


def test_解开后大得不正常的不解(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    with pytest.raises(Exception, match="大得不正常"):
        limits.check_unpacked(packed.getvalue())


def test_没见过的表头_对上一次就记住(bureau: Client) -> None:
    batch = draft(bureau, STRANGE)
    assert batch.source == "medical_settlement"
    headers = [column["header"] for column in batch.columns]
    at = {name: headers.index(name) for name in ("合计开支数", "老百姓掏的钱")}
    form = {f"column-{number}": column["field"] for number, column in enumerate(batch.columns)}
    form |= {f"column-{at['合计开支数']}": "total_cost", f"column-{at['老百姓掏的钱']}": "self_paid"}
    answer = bureau.post(
        reverse("exchange:remap", args=[batch.pk]), {"source": batch.source, **form}, headers={"HX-Request": "true"}
    )
    assert 'id="check"' in text_of(answer)
    assert "缺必需的列" not in text_of(answer)
    bureau.post(reverse("exchange:confirm", args=[batch.pk]), {"mode": "full"})
    done = take(batch)
    assert services.batch_intake(done).rows["self_paid"].null_count() == 0
    assert every(ColumnMapping).get().mapping["老百姓掏的钱"] == "self_paid"
    later = draft(bureau, STRANGE.replace("1200", "1300"), "下个月.csv")
    assert {c["header"]: c["field"] for c in later.columns}["老百姓掏的钱"] == "self_paid"
    assert "缺必需的列" not in text_of(bureau.get(reverse("exchange:check", args=[later.pk])))


def test_去掉姓名和证件号就收不了(bureau: Client) -> None:
    batch = draft(bureau)
    form = {f"column-{number}": column["field"] for number, column in enumerate(batch.columns)}
    form |= {"column-0": "", "column-1": ""}
    bureau.post(reverse("exchange:remap", args=[batch.pk]), {"source": batch.source, **form})
    page = text_of(bureau.get(reverse("exchange:check", args=[batch.pk])))
    assert "按现在的列收不了" in page
    refused = bureau.post(reverse("exchange:confirm", args=[batch.pk]), {"mode": "full"})
    assert refused.status_code == 400
    assert every(Batch).get().state == State.DRAFT


def test_补充_更正_各归各位(bureau: Client) -> None:
    first = draft(bureau, lines(5), "九月.csv")
    assert bureau.post(reverse("exchange:confirm", args=[first.pk]), {"mode": "supplement"}).status_code == 400
    bureau.post(reverse("exchange:confirm", args=[first.pk]), {"mode": "full", "data_date": "2026年9月30日"})
    first = take(first)
    more = draft(bureau, lines(6), "九月.csv")
    bureau.post(reverse("exchange:confirm", args=[more.pk]), {"mode": "supplement"})
    more = take(more)
    assert more.file_name != first.file_name, "同时在用的不重名"
    fixed = draft(bureau, lines(7), "九月改.csv")
    assert bureau.post(reverse("exchange:confirm", args=[fixed.pk]), {"mode": "correction"}).status_code == 400
    bureau.post(reverse("exchange:confirm", args=[fixed.pk]), {"mode": "correction", "replaces": first.pk})
    fixed = take(fixed)
    assert [item.pk for item in selectors.current_batches(COUNTY)] == [fixed.pk, more.pk]
    late = draft(bureau, lines(8), "八月旧账.csv")
    bureau.post(reverse("exchange:confirm", args=[late.pk]), {"mode": "full", "data_date": "2026-08-31"})
    take(late)
    used = [item.pk for item in selectors.current_batches(COUNTY)]
    assert (late.pk in used) is (fixed.data_date is None or fixed.data_date.month <= 8)


def test_数据日期写错_在以后的_就地说(bureau: Client) -> None:
    batch = draft(bureau)
    url = reverse("exchange:confirm", args=[batch.pk])
    assert "写法不对" in text_of(bureau.post(url, {"mode": "full", "data_date": "下周"}))
    assert "今天以后" in text_of(bureau.post(url, {"mode": "full", "data_date": "2099-01-01"}))
    assert every(Batch).get().state == State.DRAFT


def test_撤回之后用回以前的(bureau: Client, cast: dict[str, User]) -> None:
    batches = []
    for count in (3, 4):
        batch = draft(bureau, lines(count), f"{count}.csv")
        bureau.post(reverse("exchange:confirm", args=[batch.pk]), {"mode": "full"})
        batches.append(take(batch))
    monitor = signed_in(cast["青禾.县监测员"])
    url = reverse("exchange:withdraw", args=[batches[1].pk])
    assert bureau.get(url).status_code == 403, "部门不能撤回"
    assert f"第 {batches[0].number} 批" in text_of(monitor.get(url))
    assert "至少" in text_of(monitor.post(url, {"reason": "错"}))
    assert monitor.post(url, {"reason": "部门来函，导错了"}).status_code == 302
    assert [item.pk for item in selectors.current_batches(COUNTY)] == [batches[0].pk]
    only = text_of(monitor.get(reverse("exchange:withdraw", args=[batches[0].pk])))
    assert "这个来源就没有数据了" in only
    entry = Entry.objects.get(action="exchange.batch_withdraw")
    assert entry.reason == "部门来函，导错了"


def test_下载原件_记一笔_别的岗位不行(bureau: Client, cast: dict[str, User]) -> None:
    batch = draft(bureau)
    url = reverse("exchange:batch_file", args=[batch.pk])
    answer = bureau.get(url)
    assert b"".join(answer.streaming_content).decode() == CSV
    assert Entry.objects.filter(action="exchange.file_read").count() == 1
    assert signed_in(cast["青禾.县经办"]).get(url).status_code == 403
    assert signed_in(cast["禾丰.县监测员"]).get(url).status_code == 404


def test_别的县_别的部门看不到(bureau: Client, cast: dict[str, User]) -> None:
    batch = draft(bureau)
    neighbour = signed_in(cast["禾丰.部门经办"])
    for name in ("batch", "check", "batch_progress"):
        assert neighbour.get(reverse(f"exchange:{name}", args=[batch.pk])).status_code == 404
    assert neighbour.post(reverse("exchange:confirm", args=[batch.pk]), {"mode": "full"}).status_code == 404
    assert "医保.csv" not in text_of(neighbour.get(reverse("exchange:batches")))
    village = signed_in(cast["青禾.村协理员"])
    assert village.get(reverse("exchange:batches")).status_code == 403
    assert send(village, ("医保.csv", CSV)).status_code == 403
    assert signed_in(cast["青禾.县经办"]).post(reverse("exchange:upload")).status_code == 403


def test_部门只能报自己的来源(bureau: Client) -> None:
    batch = draft(bureau)
    refused = bureau.post(reverse("exchange:remap", args=[batch.pk]), {"source": "vehicle"})
    assert refused.status_code == 403
    assert "不是贵单位报的来源" in text_of(refused)
    assert every(Batch).get().source == "medical_settlement"


def test_县监测员代报_归来源自己的单位(cast: dict[str, User]) -> None:
    monitor = signed_in(cast["青禾.县监测员"])
    batch = draft(monitor)
    assert batch.organisation is not None
    assert batch.organisation.department == "yibao"
    assert "医保.csv" in text_of(signed_in(cast["青禾.部门经办"]).get(reverse("exchange:batches")))


def test_名单按条件筛(bureau: Client) -> None:
    batch = draft(bureau)
    bureau.post(reverse("exchange:confirm", args=[batch.pk]), {"mode": "full"})
    take(batch)
    draft(bureau, lines(2), "待确认.csv")
    url = reverse("exchange:batches")
    assert "待确认.csv" not in text_of(bureau.get(url, {"state": "taken"}))
    assert "医保.csv" not in text_of(bureau.get(url, {"state": "draft"}))
    assert "医保.csv" not in text_of(bureau.get(url, {"q": "待确认"}))
    assert "没有这样的批次" in text_of(bureau.get(url, {"channel": "folder"}))
    assert "没有“乱写”这一项" in text_of(bureau.get(url, {"state": "乱写"}))


def test_一个工作簿几张表_逐张确认(cast: dict[str, User]) -> None:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, text in {"医保": CSV, "医保二": lines(4), "填表说明": "说明\n请如实填写\n"}.items():
            sheet = book.add_worksheet(name)
            for at, line in enumerate(text.strip().split("\n")):
                sheet.write_row(at, 0, line.split(","))
    monitor = signed_in(cast["青禾.县监测员"])
    send(monitor, ("两张.xlsx", out.getvalue()))
    file = every(ReceivedFile).get()
    with Scope.everything().applied():
        file_inspect(received_id=file.pk)
    page = text_of(monitor.get(reverse("exchange:received", args=[file.pk])))
    assert "<strong>2</strong> 张数据表" in page
    first, second = every(Batch).order_by("number")
    for batch, mode in ((first, "full"), (second, "supplement")):
        assert monitor.post(reverse("exchange:confirm", args=[batch.pk]), {"mode": mode}).status_code == 302
        take(batch)
    used = selectors.current_batches(COUNTY)
    assert [batch.file_name for batch in used] == ["两张.xlsx#医保", "两张.xlsx#医保二"]
    assert [batch.mode for batch in used] == [Mode.FULL, Mode.SUPPLEMENT]


def test_别的局的人_报不了医保(cast: dict[str, User]) -> None:
    person = make_person("社工", "social_worker", "青禾")
    assert signed_in(person).get(reverse("exchange:batches")).status_code == 403
