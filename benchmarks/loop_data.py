"""loop 一项的数据、人与页，以及报送、接收。数据库就绪之后才载入。"""

import http.client
import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks import pages_data  # 先建立 Django
from benchmarks.pages import TOKEN, Page, Visitor

from django.urls import reverse  # isort: skip

from jiuzhu.web.access.models import Post, User  # isort: skip
from jiuzhu.web.access.scope import Scope  # isort: skip
from jiuzhu.web.audit.actor import Actor  # isort: skip
from jiuzhu.web.audit.models import Entry  # isort: skip
from jiuzhu.web.divisions.models import Organisation  # isort: skip
from jiuzhu.web.exchange.models import Batch, ReceivedFile  # isort: skip
from jiuzhu.web.exchange.models.batch import Mode, State  # isort: skip
from jiuzhu.web.exchange.services import Choice, batch_confirm  # isort: skip
from jiuzhu.web.exchange.store import batch_store  # isort: skip
from jiuzhu.web.orders.services import Need, order_open  # isort: skip
from jiuzhu.web.registry.models import Household  # isort: skip

COUNTY = f"{pages_data.county.COUNTY}000000"
EVERYTHING = Scope.everything()
ORDERS = 300
PATIENCE = 1800.0
BOUNDARY = "----jiuzhu-bench-7f3a"
COMMON = {"工作台": "/", "待办": "/process/", "派单": "/orders/"}
SEES = {"预警名单": "/monitoring/warnings/"}
TOGETHER = {"数据批次": "/exchange/", "成效": "/monitoring/effect/"}


def prepare(scale: int) -> None:
    """县、人、户、预警、事项，三百张单，一个医保局和它的经办。"""
    pages_data.prepare()
    pages_data.fill(scale)
    department = Organisation.objects.create(
        code="YB", name="青禾县医疗保障局", kind="department", department="yibao", division_code=COUNTY
    )
    for at in range(8):
        user = User.objects.create_user(f"yb{at}", display_name=f"医保经办{at}", password="Bench-horse-9")
        Post.objects.create(user=user, role="department_officer", organisation=department, division_code=COUNTY)
    _orders(department)


def _orders(department: Organisation) -> None:
    actor, need = Actor.system("测量", division_code=COUNTY), Need(department.pk, "核对近一年的住院自付")
    with EVERYTHING.applied():
        rows = Household.objects.within(EVERYTHING).exclude(band="").order_by("pk")[:ORDERS]
        for household in rows:
            order_open(
                household=household, origin="warning", source_kind="bench", source_key=str(household.pk),
                title="医疗支出大", words="近一年住院自付多，请核对。", needs=[need], actor=actor, scope=EVERYTHING,
            )  # fmt: skip


def people(port: int, count: int) -> list[tuple[Visitor, dict[str, Page]]]:
    """四成县里的人，五成镇里的人，一成部门的人；各开各的页。"""
    shares = [
        (_sessions("county", count * 4 // 10), COMMON | SEES | TOGETHER),
        (_sessions("town", count - count * 4 // 10 - count // 10), COMMON | SEES),
        (_sessions("department", count // 10), COMMON | {"数据批次": "/exchange/"}),
    ]
    found: list[tuple[Visitor, dict[str, Page]]] = []
    for (cookie, keys), pages in shares:
        opens: dict[str, Page] = {name: _opens(path) for name, path in pages.items()}
        found += [(Visitor(port, cookie, key, len(found) + at), opens) for at, key in enumerate(keys)]
    return found


def _opens(path: str) -> Callable[[Any], int]:
    return lambda visitor: visitor.get(path)


def _sessions(kind: str, count: int) -> tuple[str, list[str]]:
    if kind == "department":
        return pages_data.sessions_of([f"yb{at % 8}" for at in range(count)])
    return pages_data.sessions(count, town=kind == "town")


def taken(port: int, contents: Sequence[bytes]) -> list[tuple[str, str]]:
    """医保局的人一个接一个上传，确认，等都收好；返回说明。"""
    cookie, (key,) = pages_data.sessions_of(["yb0"])
    visitor, sent = Visitor(port, cookie, key, 0), []
    for at, content in enumerate(contents):
        began = time.monotonic()
        _upload(visitor, f"医保结算{at}.csv", content)
        sent.append(time.monotonic() - began)
    began = time.monotonic()
    _confirmed()
    return [
        ("上传一个", f"{sum(sent) / len(sent):.1f} 秒"),
        ("从传完到全部收好", f"{time.monotonic() - began:.1f} 秒"),
    ]


def _upload(visitor: Visitor, name: str, content: bytes) -> None:
    """从报送页的表单传，与浏览器一样。"""
    _, page = visitor._ask("GET", reverse("exchange:batches"), None)
    token = TOKEN.findall(page)[0]
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    body = head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    connection: http.client.HTTPConnection = visitor.connection
    cookies = "; ".join(f"{key}={value}" for key, value in visitor.cookies.items())
    headers = {"Cookie": cookies, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    connection.request("POST", reverse("exchange:upload"), body, headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 302:
        raise RuntimeError(f"上传：{answer.status}")


def _confirmed() -> None:
    """看好一个确认一个，直到都收好。"""
    count, actor, deadline = (
        ReceivedFile.objects.within(EVERYTHING).count(),
        Actor.system("测量", division_code=COUNTY),
        time.monotonic() + PATIENCE,
    )
    with EVERYTHING.applied():
        rows = Batch.objects.within(EVERYTHING)
        while rows.filter(Batch.state_filter(State.TAKEN)).count() < count:
            for batch in rows.filter(Batch.state_filter(State.DRAFT)):
                batch_confirm(batch=batch, choice=Choice(Mode.FULL), actor=actor, scope=EVERYTHING)
            if bad := list(rows.exclude(error_code="").values_list("error_text", flat=True)):
                raise RuntimeError(bad[0])
            if time.monotonic() > deadline:
                raise TimeoutError("大文件没有收完")
            time.sleep(0.2)


def doubles(contents: Sequence[bytes]) -> list[str]:
    """多收、少收、记了两遍的，一条一句；传过的文件是 ``contents``。"""
    with EVERYTHING.applied():
        batches = list(Batch.objects.within(EVERYTHING))
        files = ReceivedFile.objects.within(EVERYTHING).count()
    out = [f"{batch}行数不对" for batch in batches if batch.counts["rows_read"] != contents[0].count(b"\n") - 1]
    out += [f"{batch}对不平" for batch in batches if not batch.reconciles]
    if not len(batches) == files == len(contents) == len(batch_store().keys()):
        out.append(f"{len(contents)} 个文件成了 {files} 个、{len(batches)} 批")
    for action in ("exchange.batch_offer", "exchange.batch_take"):
        for batch in batches:
            if (times := Entry.objects.filter(action=action, subject_key=str(batch.pk)).count()) != 1:
                out.append(f"{batch} {action} 记了 {times} 遍")
    return out
