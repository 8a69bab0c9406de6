"""批量核对：没有授权的不读，导入名单逐行说，导出，成批出报告中断了接着办。"""

import io
import zipfile
from collections.abc import Callable, Sequence

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.cast import every, signed_in
from tests.web.documents.pdf import pages_of

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.registry.models import Household, Person
from jiuzhu.web.verification.errors import VerificationError
from jiuzhu.web.verification.models import BatchCheck, BatchRow, Check
from jiuzhu.web.verification.services import (
    ListFile,
    authorisation_withdraw,
    batch_reports_run,
    batch_reports_start,
    batch_run,
    batch_start,
)

from .conftest import TOWN
from .signed import PROGRAMMES, checked, signed

Who = tuple[Actor, Scope]
Homes = Callable[[str], Household]


def lists(who: Who, data: bytes, name: str = "名单.csv", area: str = TOWN) -> BatchCheck:
    """导入一份名单并比对好。"""
    made = batch_start(
        area=area, file=ListFile(name, data), programmes=PROGRAMMES, actor=who[0], scope=who[1]
    )  # fmt: skip
    return batch_run(batch_id=made.pk)


def numbers(homes: Sequence[Household]) -> list[str]:
    """各户户主的证件号。"""
    return [str(home.head.id_number) for home in homes if home.head]


@pytest.fixture
def neighbours(ready: dict[str, User]) -> list[Household]:
    """本镇有户主证件号的几户。"""
    rows = every(Household).filter(division_code__startswith=TOWN, head__id_number_index__isnull=False)
    return list(rows.select_related("head").order_by("household_id")[:4])


def test_没有授权的不读_结论与单户相同(ready: dict[str, User], centre: Who, homes: Homes) -> None:
    home = homes("yes")
    letter, single = checked(home, *centre)
    batch = batch_start(area=TOWN[:6], listed="", programmes=PROGRAMMES, actor=centre[0], scope=centre[1])
    batch = batch_run(batch_id=batch.pk)
    rows = {row.household_id: row for row in every(BatchRow).filter(batch=batch)}
    assert batch.total == len(rows) > 1
    assert batch.unauthorised == len(rows) - 1
    mine = rows[home.pk]
    assert mine.authorisation == letter
    assert {k: v["conclusion"] for k, v in mine.conclusions.items()} == {
        row["programme"]: row["conclusion"] for row in single.conclusions
    }
    assert all(not row.authorised and row.conclusions == {} for row in rows.values() if row.pk != mine.pk)
    client = signed_in(ready["青禾.核对中心"])
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/verification/batches/{batch.pk}/").content.decode()
    assert len(asked) < 40 < len(rows)  # 几十户也不逐户查
    assert "没有有效授权" in page
    assert "None" not in page


def test_导入名单_逐行说明_同户算一户_原号码不留(
    ready: dict[str, User], centre: Who, neighbours: list[Household]
) -> None:
    good = numbers(neighbours)
    bent = good[0][:17] + ("1" if good[0][-1] != "1" else "2")
    same = every(Person).filter(household=neighbours[0], id_number_index__isnull=False, merged_into=None)
    rest = [str(row.id_number) for row in same if row.id_number != good[0]]
    lines = ["序号,公民身份号码", *(f"{at},{text}" for at, text in enumerate([*good, *rest]))]
    lines += [f"9,{bent}", f"9,{good[1]}", "9,11010119900307803X", "9,", "9,无"]
    batch = lists(centre, "\n".join(lines).encode("gb18030"))
    assert batch.total == len(neighbours)
    first = 1 + len(good) + len(rest)
    told = {row["row"]: row["text"] for row in batch.faults}
    assert [at - first for at in told] == [1, 2, 3, 5]
    assert "不是合格的" in told[first + 1]
    assert "重复" in told[first + 2]
    assert "没有这个人" in told[first + 3]
    assert bent not in str(batch.faults)
    page = signed_in(ready["青禾.核对中心"]).get(f"/verification/batches/{batch.pk}/").content.decode()
    assert "4 行有问题" in page
    assert not any(number in page for number in good)


def test_只有一列的名单也读得(centre: Who, neighbours: list[Household]) -> None:
    good, book = numbers(neighbours), io.BytesIO()
    pl.DataFrame({"证件号": good}).write_excel(book)
    assert lists(centre, book.getvalue(), "名单.xlsx").total == len(good)
    assert lists(centre, "\r\n".join(good).encode(), "名单.txt").total == len(good)


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"\xe5\xa7\x93\xe5\x90\x8d,x\na,b\n", "no_numbers"), ("证件号,x\n123,b\n".encode(), "nobody_found"),
     (b"PK\x03\x04broken", "unreadable")],
)  # fmt: skip
def test_读不了的名单说明原因_什么也不留(centre: Who, data: bytes, code: str) -> None:
    with pytest.raises(VerificationError) as caught:
        lists(centre, data)
    assert caught.value.code == code
    assert not every(BatchCheck).exists()


def test_成批出报告_办不成的写明_中断了接着办_导出(
    ready: dict[str, User], centre: Who, neighbours: list[Household]
) -> None:
    letters = [signed(home, *centre, number=f"批{at}") for at, home in enumerate(neighbours[:3])]
    batch = lists(centre, ("证件号\n" + "\n".join(numbers(neighbours))).encode())
    assert batch.unauthorised == 1
    authorisation_withdraw(authorisation=letters[2], reason="不办了", actor=centre[0], scope=centre[1])
    batch_reports_start(batch=batch, chosen="", actor=centre[0], scope=centre[1])
    with pytest.raises(Conflict, match="正在出报告"):
        batch_reports_start(batch=batch, chosen="", actor=centre[0], scope=centre[1])
    rows = list(every(BatchRow).filter(batch=batch, authorised=True).values_list("pk", flat=True))
    with Scope.everything().applied():
        batch_reports_run(batch_id=batch.pk, rows=rows[:1], post_id=centre[0].post_id)
        for _ in range(2):  # 中断后再来：办过的不再办
            batch_reports_run(batch_id=batch.pk, rows=rows, post_id=centre[0].post_id)
    batch = every(BatchCheck).get()
    assert (batch.papers_done, batch.papers_wanted, batch.papers_running) == (3, 3, False)
    assert every(Check).count() == 2
    refused = every(BatchRow).get(household=neighbours[2])
    assert "授权书已经撤回" in refused.note
    client, url = signed_in(ready["青禾.核对中心"]), f"/verification/batches/{batch.pk}/"
    packed = b"".join(client.get(f"{url}papers/").streaming_content)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        texts = ["".join("".join(pages_of(archive.read(name))).split()) for name in archive.namelist()]
    assert len(texts) == 2
    assert all("家庭经济状况核对报告" in text for text in texts)
    sheet = pl.read_excel(client.get(f"{url}export/").content)
    assert sheet["核对报告"].drop_nulls().n_unique() == 3  # 两份文号，一条没有出的原因
    assert "没有有效授权，没有核对" in sheet["结论"].to_list()
    assert not any(number in str(sheet.rows()) for number in numbers(neighbours))
    actions = set(Entry.objects.filter(subject_kind="verification.batch").values_list("action", flat=True))
    assert {"verification.batch_reports", "verification.batch_export", "verification.batch_done"} <= actions


@pytest.mark.parametrize("tail", ["", "export/", "papers/"])
def test_别的岗位别的县看不到(ready: dict[str, User], centre: Who, neighbours: list[Household], tail: str) -> None:
    batch = lists(centre, ("证件号\n" + "\n".join(numbers(neighbours))).encode())
    url = f"/verification/batches/{batch.pk}/{tail}"
    assert signed_in(ready["青禾.镇窗口"]).get(url).status_code == 403
    assert signed_in(ready["禾丰.核对中心"]).get(url).status_code == 404
    assert signed_in(ready["禾丰.核对中心"]).post(f"/verification/batches/{batch.pk}/reports/").status_code == 404


def test_从页面发起_可以只要一个镇(ready: dict[str, User], neighbours: list[Household]) -> None:
    client = signed_in(ready["青禾.核对中心"])
    page = client.get("/verification/batches/").content.decode()
    assert f'value="{TOWN}"' in page
    nothing = client.post("/verification/batches/", {"area": TOWN, "programmes": ["dibao"]})
    assert nothing.status_code == 400
    assert "请选一类在册对象，或导入一份名单" in nothing.content.decode()
    file = io.BytesIO(("证件号\n" + "\n".join(numbers(neighbours))).encode())
    file.name = "复核名单.csv"
    done = client.post("/verification/batches/", {"area": TOWN, "programmes": ["dibao"], "file": file}, follow=True)
    assert "导入的名单 复核名单.csv" in done.content.decode()
