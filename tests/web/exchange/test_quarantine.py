"""隔离台：就地改一行、撤销、计数对得上；谁看得到；页面。"""

import re
from pathlib import Path

import polars as pl
import pytest
from django.db import connection
from pytest_django import Settings
from tests.web.cast import every, make_organisation, signed_in
from tests.web.registry.acting import actor

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.exchange import services
from jiuzhu.web.exchange.models import Batch, RowFix
from jiuzhu.web.exchange.selectors import faults
from jiuzhu.web.ground.errors import Conflict, ServiceError

from .desk_batches import COUNTS, LINES, make_batch

WHY = "电话问过医保局"
FIXED = ["叶海生", "429998198805113350", "住院", "I10", "高血压", "1200", "800", "400", "2026-09-02"]


@pytest.fixture
def batch(cast: dict[str, User], tmp_path: Path, settings: Settings) -> Batch:
    """医保局报来的六行：一行没有当事人、一行多一格、两个值不可用、一行合计。"""
    settings.HOME = tmp_path
    return make_batch(tmp_path, LINES, organisation=make_organisation("青禾", "department"))


def counts(batch: Batch) -> tuple[int, ...]:
    fresh = every(Batch).get(pk=batch.pk)
    return tuple(fresh.counts[name] for name in COUNTS)


def fix(batch: Batch, row: int, cells: list[str | None], user: User, reason: str = WHY) -> RowFix:
    intake = faults.stored(batch)
    return services.row_fix(batch=batch, intake=intake, row=row, cells=cells, reason=reason, actor=actor(user))


def page(batch: Batch, *rest: object) -> str:
    return "/".join(["/exchange/quarantine", str(batch.pk), *map(str, rest), ""])


def test_改好的一行收下_计数移过去_监测读到的也是改后的(batch: Batch, cast: dict[str, User]) -> None:
    assert counts(batch) == (6, 3, 2, 1)
    made = fix(batch, 2, FIXED, cast["青禾.县监测员"])
    assert made.is_clean
    assert counts(batch) == (6, 4, 1, 1)
    assert every(Batch).get(pk=batch.pk).reconciles
    with Scope.everything().applied():
        intake = services.batch_intake(batch)
    assert intake.rows["row"].to_list() == [1, 2, 3, 6]
    assert intake.rows.filter(pl.col("row") == 2)["name"].to_list() == ["叶海生"]
    assert intake.report["rows_accepted"] == 4
    assert {each["code"]: each["rows"] for each in every(Batch).get(pk=batch.pk).faults}.get("no_subject") is None


def test_库里没有明文_摘要推不回(batch: Batch, cast: dict[str, User]) -> None:
    fix(batch, 2, FIXED, cast["青禾.县监测员"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(f)::text FROM exchange_rowfix f")
        (text,) = cursor.fetchone()
    assert "叶海生" not in text
    assert "429998198805113350" not in text


def test_只改对一处的仍说明剩下的(batch: Batch, cast: dict[str, User]) -> None:
    cells = faults.stored(batch).faulty.filter(pl.col("row") == 4)["cells"].to_list()[0]
    made = fix(batch, 4, cells[:9], cast["青禾.县监测员"])
    assert (made.was, made.now, [each["code"] for each in made.left]) == ("quarantined", "accepted", ["bad_date"])
    assert not made.is_clean
    assert counts(batch) == (6, 4, 1, 1)
    again = fix(batch, 4, [*cells[:8], "2026-09-04"], cast["青禾.县监测员"])
    assert again.is_clean
    assert counts(batch) == (6, 4, 1, 1)
    assert every(RowFix).filter(batch=batch, row=4, undone_at=None).count() == 1


def test_撤销_回到送来时的样子(batch: Batch, cast: dict[str, User]) -> None:
    made = fix(batch, 2, FIXED, cast["青禾.县监测员"])
    who = actor(cast["青禾.县监测员"])
    services.fix_undo(fix=made, intake=faults.stored(batch), reason="改错了人", actor=who)
    assert counts(batch) == (6, 3, 2, 1)
    assert services.batch_intake(batch).rows["row"].to_list() == [1, 3, 6]
    with pytest.raises(Conflict):
        services.fix_undo(fix=made, intake=faults.stored(batch), reason="再撤一次", actor=who)


def test_不该改的改不了(batch: Batch, cast: dict[str, User]) -> None:
    user = cast["青禾.县监测员"]
    with pytest.raises(ServiceError, match="依据"):
        fix(batch, 2, FIXED, user, reason="改")
    with pytest.raises(ServiceError, match="不在可以改的行里"):
        fix(batch, 1, FIXED, user)
    with pytest.raises(ServiceError, match="没有改动"):
        fix(batch, 2, faults.stored(batch).faulty.filter(pl.col("row") == 2)["cells"].to_list()[0], user)
    every(Batch).filter(pk=batch.pk).update(withdrawn_at="2026-11-01T00:00Z")
    with pytest.raises(Conflict):
        fix(batch, 2, FIXED, user)


def test_每次改都记审计_不记内容(batch: Batch, cast: dict[str, User]) -> None:
    fix(batch, 2, FIXED, cast["青禾.县监测员"])
    entry = Entry.objects.filter(action="exchange.row_fix").get()
    assert "叶海生" not in entry.body
    assert WHY in entry.body


def test_页面_遮着_先查再收_接着下一行(batch: Batch, cast: dict[str, User]) -> None:
    browser = signed_in(cast["青禾.县监测员"])
    listing = browser.get("/exchange/quarantine/").content.decode()
    assert "第 1 批" in listing
    whole = browser.get(page(batch)).content.decode()
    assert "姓名和证件号码都是空的" in whole
    assert "秦**" in whole
    assert "秦俊燕" not in whole
    one = browser.get(page(batch, "rows", 3)).content.decode()
    assert "一千二" in one
    assert "42999819630420120X" not in one
    cells = {"cell-5": "一千三"}
    assert "不是认得的金额" in browser.post(page(batch, "rows", 3, "check"), cells).content.decode()
    cells = {"cell-5": "1200"}
    assert "这样改就能收下" in browser.post(page(batch, "rows", 3, "check"), cells).content.decode()
    assert not every(RowFix).exists()
    answer = browser.post(page(batch, "rows", 3), {**cells, "reason": WHY})
    assert answer.status_code == 302
    assert answer["Location"].endswith("/rows/4/")
    assert every(RowFix).get().columns == ["总费用"]
    with Scope.everything().applied():
        assert services.batch_intake(batch).rows.filter(pl.col("row") == 3)["name"].to_list() == ["秦俊燕"]
    done = browser.get(page(batch), {"state": "fixed"}).content.decode()
    assert "已收下" in done


def test_看全文要写明为什么(batch: Batch, cast: dict[str, User]) -> None:
    browser = signed_in(cast["青禾.县监测员"])
    asked = browser.post(page(batch, "rows", 3, "plain"), {"reason": ""})
    assert asked.status_code == 400
    assert "秦俊燕" not in asked.content.decode()
    shown = browser.post(page(batch, "rows", 3, "plain"), {"reason": "对照原表更正"}).content.decode()
    assert "42999819630420120X" in shown
    assert Entry.objects.filter(action="exchange.row_reveal").count() == 1


def test_部门只看得到自己报的(batch: Batch, cast: dict[str, User], tmp_path: Path) -> None:
    other = make_batch(tmp_path, LINES, number=2, organisation=make_organisation("青禾", "county_office"))
    browser = signed_in(cast["青禾.部门经办"])
    assert browser.get(page(batch)).status_code == 200
    assert browser.get(page(other)).status_code == 404
    assert browser.get(page(other, "rows", 2)).status_code == 404
    assert browser.post(page(other, "list")).status_code == 404
    assert "第 2 批" not in browser.get("/exchange/quarantine/").content.decode()


@pytest.mark.parametrize("who", ["青禾.镇窗口", "青禾.领导", "青禾.系统管理员", "没有岗位"])
def test_没有权限的进不去(batch: Batch, cast: dict[str, User], who: str) -> None:
    browser = signed_in(cast[who])
    for path in ("/exchange/quarantine/", page(batch), page(batch, "rows", 2)):
        assert browser.get(path).status_code in (403, 404), path
    assert browser.post(page(batch, "rows", 2), {"reason": WHY}).status_code in (403, 404)
    assert not every(RowFix).exists()


def test_别县看不到(batch: Batch, cast: dict[str, User]) -> None:
    browser = signed_in(cast["禾丰.县监测员"])
    assert browser.get(page(batch)).status_code == 404
    assert browser.post(page(batch, "rows", 2, "check")).status_code == 404


def test_名单的查询次数不随批数增加(
    batch: Batch, cast: dict[str, User], tmp_path: Path, django_assert_max_num_queries
) -> None:
    for number in range(2, 6):
        make_batch(tmp_path, LINES, number=number)
    browser = signed_in(cast["青禾.县监测员"])
    browser.get("/exchange/quarantine/")
    with django_assert_max_num_queries(20):
        text = browser.get("/exchange/quarantine/").content.decode()
    assert len(re.findall(r"data-row", text)) == 5
