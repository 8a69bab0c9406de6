"""核对一户：没有授权不读数据，结果凭部门的行，义务人要本人同意。"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from django.utils import timezone
from tests.web.cast import every, signed_in
from tests.web.documents.pdf import pages_of
from tests.web.registry.acting import actor, scope

from jiuzhu.engine.roster import Roster
from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.documents import vault
from jiuzhu.web.ground.errors import Conflict, NotAllowed
from jiuzhu.web.registry.models import Household, Person
from jiuzhu.web.verification.errors import VerificationError
from jiuzhu.web.verification.models import Check, Finding
from jiuzhu.web.verification.services import (
    authorisation_withdraw,
    check_start,
    check_watch,
    consent_record,
    consent_withdraw,
    report_issue,
)
from jiuzhu.web.verification.services.reports import conclusion_words

from .signed import PROGRAMMES, checked, signed

Who = tuple[Actor, Scope]
Homes = Callable[[str], Household]


def test_符合的户有金额有来源有缺的(window: Who, homes: Homes) -> None:
    _, made = checked(homes("yes"), *window)
    dibao = next(row for row in made.conclusions if row["programme"] == "dibao")
    assert dibao["conclusion"] == "fits"
    assert float(dibao["amount"]) > 0
    assert conclusion_words(dibao).count("元") == 1
    assert [row["source"] for row in made.sources][:2] == ["hukou", "vehicle"]
    assert {row["item"] for row in made.missing} >= {"财政供养人员"}
    assert made.number.startswith("HD")
    assert made.milliseconds < 5000


def test_有汽车的户超标_指到部门文件的那一行(centre: Who, homes: Homes, checked_out: tuple[Path, Roster]) -> None:
    home = homes("car")
    _, made = checked(home, *centre)
    found = every(Finding).get(check_run=made, severity="over", source="vehicle", programme="最低生活保障")
    rows = pl.read_parquet(checked_out[0] / "warehouse" / "vehicle.parquet")
    members = pl.read_parquet(checked_out[0] / "members.parquet").filter(household_id=home.household_id)
    mine = rows.filter(pl.col("household") == members["household"][0])
    assert (found.file, found.row) in set(mine.select("file", "row").iter_rows())
    assert found.person_id in set(members["person_id"])
    assert found.on is not None


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda letter, who: authorisation_withdraw(authorisation=letter, reason="不办了", actor=who[0], scope=who[1]),
         "authorisation_expired"),
        (lambda letter, who: letter.members[0].update(refused=True), "unsigned"),
        (lambda letter, who: letter.programmes.remove("dibao"), "not_authorised"),
    ],
)  # fmt: skip
def test_授权不全不核对(
    window: Who, homes: Homes, spoil: Callable[..., object], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = homes("yes")
    letter = signed(home, *window)
    spoil(letter, window)
    letter.refresh_from_db() if code == "authorisation_expired" else None
    monkeypatch.setattr(
        "jiuzhu.engine.verification.check_steps", lambda *args, **more: pytest.fail("没有授权却读了数据")
    )
    with pytest.raises(VerificationError) as caught:
        check_start(household=home, programmes=PROGRAMMES, authorisation=letter, actor=window[0], scope=window[1])
    assert caught.value.code == code
    assert not every(Check).exists()


def test_过期的授权书不能用(window: Who, homes: Homes) -> None:
    home = homes("yes")
    letter = signed(home, *window)
    later = timezone.now() + timedelta(days=400)
    with pytest.raises(VerificationError, match="有效期"):
        check_start(
            household=home, programmes=PROGRAMMES, authorisation=letter, actor=window[0], scope=window[1], now=later
        )


def test_未成年人要监护人代签(window: Who, homes: Homes) -> None:
    minors = every(Person).filter(birth_date__gt=timezone.localdate() - timedelta(days=3650), alive=True)
    child = minors.filter(division_code__startswith="429998101").first()
    with pytest.raises(VerificationError, match="监护人"):
        signed(child.household, *window, members=[{"person_id": child.person_id, "signer": ""}])


def test_一个来源一个来源地给_没有比对完就走了的不存(window: Who, homes: Homes) -> None:
    home = homes("yes")
    steps = check_watch(
        household=home, programmes=PROGRAMMES, authorisation=signed(home, *window), actor=window[0], scope=window[1]
    )
    assert [next(steps).source for _ in range(2)] == ["hukou", "vehicle"]
    steps.close()
    assert not every(Check).exists()


def test_别处的户不能核对(ready: dict[str, User], homes: Homes, window: Who) -> None:
    home = homes("yes")
    letter = signed(home, *window)
    other = ready["青禾二.镇窗口"]
    with pytest.raises(NotAllowed):
        check_start(household=home, programmes=PROGRAMMES, authorisation=letter, actor=actor(other), scope=scope(other))


def test_义务人没有同意不读_同意了才读_撤回又不读(
    window: Who, homes: Homes, checked_out: tuple[Path, Roster], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = homes("yes")
    out = checked_out[0]
    owners = (
        pl.read_parquet(out / "warehouse" / "vehicle.parquet", columns=["person"])
        .join(pl.read_parquet(out / "members.parquet", columns=["person", "person_id", "household_id"]), on="person")
        .filter(pl.col("household_id") != home.household_id)
    )
    son = every(Person).exclude(household=home).filter(person_id__in=owners["person_id"].to_list()).first()
    read: list[str] = []
    from jiuzhu.engine import verification

    real = verification._obligor
    monkeypatch.setattr(verification, "_obligor", lambda o, person, a: read.append(person) or real(o, person, a))

    letter, before = checked(home, *window)
    today = timezone.localdate()
    assert read == []
    consent = consent_record(
        household=home, person=son, relation="child", document="同意1号", document_digest="b" * 64, signed_on=today,
        valid_until=today + timedelta(days=30), actor=window[0], scope=window[1],
    )  # fmt: skip
    again = {
        "household": home,
        "programmes": PROGRAMMES,
        "authorisation": letter,
        "actor": window[0],
        "scope": window[1],
    }
    after = check_start(**again)
    assert read == [son.person_id]
    assert every(Finding).filter(check_run=after, person_id=son.person_id, source="vehicle").exists()
    assert not every(Finding).filter(check_run=before, person_id=son.person_id).exists()
    consent_withdraw(consent=consent, actor=window[0], scope=window[1])
    check_start(**again)
    assert read == [son.person_id]


def test_报告编号盖码_写明结论和没有核对的(centre: Who, homes: Homes) -> None:
    _, made = checked(homes("car"), *centre)
    paper = report_issue(check=made, actor=centre[0], scope=centre[1])
    text = "".join("".join(pages_of(b"".join(vault.read(paper.name)))).split())
    assert paper.code in text
    assert paper.number in text
    assert made.number in text
    assert "最低生活保障全户超标" in text
    assert "县里还没有接入这类数据" in text
    head = made.household.head
    assert head.id_number not in text
    with pytest.raises(Conflict):
        report_issue(check=made, actor=centre[0], scope=centre[1])


def test_审计里没有姓名和号码(centre: Who, homes: Homes) -> None:
    home = homes("car")
    checked(home, *centre)
    entry = Entry.objects.filter(action="verification.check_start").latest("pk")
    assert "最低生活保障：超标" in str(vars(entry))
    assert home.head.name not in str(vars(entry))
    assert home.head.id_number not in str(vars(entry))


def test_核对中心从找人到结果(ready: dict[str, User], homes: Homes, centre: Who) -> None:
    home = homes("car")
    letter = signed(home, *centre)
    client = signed_in(ready["青禾.核对中心"])
    found = client.post("/verification/find/", {"q": home.head.id_number})
    assert f"/verification/households/{home.household_id}/" in found.content.decode()
    url, given = (
        f"/verification/households/{home.household_id}/start/",
        {"authorisation": letter.pk, "programmes": ["dibao"]},
    )
    whole = [piece.decode() for piece in client.post(url, given).streaming_content]
    page = "".join(whole)
    assert len(whole) == 18 + 3  # 页头、一个来源一块、结论、页尾
    assert "超标" in page
    assert "看证据" in page
    assert "None" not in page
    made = every(Check).get()
    assert f'data-address="/verification/checks/{made.pk}/"' in page
    again = client.get(f"/verification/checks/{made.pk}/").content.decode()
    assert "看证据" in again
    assert "没有核对的" in again
    reported = client.post(f"/verification/checks/{made.pk}/report/", follow=True).content.decode()
    assert "已出具核对报告" in reported


@pytest.mark.parametrize("name", ["青禾.村协理员", "青禾.部门经办", "青禾.资金", "青禾.系统管理员", "没有岗位"])
def test_没有权限的看不到(ready: dict[str, User], homes: Homes, window: Who, name: str) -> None:
    _, made = checked(homes("yes"), *window)
    assert signed_in(ready[name]).get(f"/verification/checks/{made.pk}/").status_code == 403


@pytest.mark.parametrize("name", ["青禾二.镇窗口", "禾丰.核对中心"])
def test_别处的人看不到(ready: dict[str, User], homes: Homes, window: Who, name: str) -> None:
    _, made = checked(homes("yes"), *window)
    client = signed_in(ready[name])
    assert client.get(f"/verification/checks/{made.pk}/").status_code == 404
    assert made.number not in client.get("/verification/").content.decode()
