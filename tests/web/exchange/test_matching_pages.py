"""认人台的页面：对看、认定接着下一行、复核、看全文；谁进不去。"""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings
from tests.web.cast import every, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.exchange.models import MatchCandidate, MatchDecision, MatchRow

from .match_county import MIXED, QIN, YE, make_county

URL = "/exchange/matching/"
SECOND = {"name": "叶珠雨", "id_number": QIN["id_number"], "phone": "13700000000"}


@pytest.fixture
def rows(cast: dict[str, User], tmp_path: Path, settings: Settings) -> list[MatchRow]:
    """两行都写错了家人的号码。"""
    settings.HOME, settings.KEY_FILE = tmp_path, tmp_path / "identity.key"
    make_county(tmp_path, tekun=[MIXED, SECOND]).run()
    return list(every(MatchRow).order_by("-on_list", "-best", "pk"))


@pytest.fixture
def officer(cast: dict[str, User]) -> Client:
    return signed_in(cast["青禾.县经办"])


@pytest.fixture
def second(cast: dict[str, User]) -> Client:
    return signed_in(cast["青禾.核对中心"])


def candidate(match: MatchRow, name: str) -> str:
    return next(each.person_id for each in every(MatchCandidate).filter(match=match) if each.facts["name"] == name)


def text(answer) -> str:
    return answer.content.decode()


def test_对看_标出不同_相同的遮着(rows: list[MatchRow], officer: Client) -> None:
    page = text(officer.get(URL))
    assert "号码是候选里一人的，姓名却是别人" in page
    assert "涉及在册对象，须两人同意" in page
    assert 'data-key="1"' in page
    assert 'data-key="2"' in page
    assert "mark-different" in page
    assert str(YE["id_number"]) not in page
    assert "秦*" in page


def test_认定之后接着下一行_可撤销(rows: list[MatchRow], officer: Client) -> None:
    answer = officer.post(
        f"{URL}{rows[0].pk}/decide/", {"person": candidate(rows[0], "秦俊燕")}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    part = text(answer)
    assert "<html" not in part
    assert f"{URL}{rows[1].pk}/decide/" in part
    assert "已交另一人复核" in part
    made = every(MatchDecision).get()
    undone = text(officer.post(f"{URL}decisions/{made.pk}/undo/", headers={"HX-Request": "true"}))
    assert f"{URL}{rows[0].pk}/decide/" in undone
    assert every(MatchDecision).get().state == "undone"


def test_放一放看下一行_到底从头来(rows: list[MatchRow], officer: Client) -> None:
    assert f"{rows[1].pk}/decide/" in text(officer.get(URL, {"after": rows[0].pk}))
    assert f"{rows[0].pk}/decide/" in text(officer.get(URL, {"after": rows[1].pk}))


def test_复核_同意接着下一件_自己不能(rows: list[MatchRow], officer: Client, second: Client) -> None:
    for match in rows:
        officer.post(f"{URL}{match.pk}/decide/", {"person": "none"})
    assert "没有待认的行" in text(officer.get(URL))
    listing = text(second.get(f"{URL}decisions/"))
    assert listing.count("data-row") == 2
    first = every(MatchDecision).get(match=rows[0])
    mine = officer.post(f"{URL}decisions/{first.pk}/agree/")
    assert mine.status_code == 403
    page = text(second.get(f"{URL}{rows[0].pk}/"))
    assert 'data-key="y"' in page
    following = text(second.post(f"{URL}decisions/{first.pk}/agree/", headers={"HX-Request": "true"}))
    assert f"{every(MatchDecision).get(match=rows[1]).pk}/agree/" in following
    other = every(MatchDecision).get(match=rows[1])
    assert second.post(f"{URL}decisions/{other.pk}/refuse/", {"reason": "像"}).status_code == 400
    second.post(f"{URL}decisions/{other.pk}/refuse/", {"reason": "村里说就是本人"})
    assert {each.state for each in every(MatchDecision)} == {"effective", "refused"}


def test_同一行两人先后认_后来的被告知(rows: list[MatchRow], officer: Client, second: Client) -> None:
    officer.post(f"{URL}{rows[0].pk}/decide/", {"person": "none"})
    late = second.post(f"{URL}{rows[0].pk}/decide/", {"person": "none"})
    assert late.status_code == 409
    assert "刚认过这一行" in text(late)


def test_看全文要写明为什么(rows: list[MatchRow], officer: Client) -> None:
    url = f"{URL}{rows[0].pk}/plain/"
    refused = officer.post(url, {"reason": "看"})
    assert refused.status_code == 400
    assert str(YE["id_number"]) not in text(refused)
    assert str(YE["id_number"]) in text(officer.post(url, {"reason": "打电话向村里核实"}))
    assert Entry.objects.filter(action="exchange.match_reveal").count() == 1


@pytest.mark.parametrize("who", ["青禾.镇窗口", "青禾.部门经办", "青禾.领导", "青禾.系统管理员", "没有岗位"])
def test_没有权限的进不去(rows: list[MatchRow], cast: dict[str, User], who: str) -> None:
    browser = signed_in(cast[who])
    for path in (URL, f"{URL}decisions/", f"{URL}{rows[0].pk}/", f"{URL}{rows[0].pk}/plain/"):
        assert browser.get(path).status_code == 403, path
    assert browser.post(f"{URL}{rows[0].pk}/decide/", {"person": "none"}).status_code == 403
    assert not every(MatchDecision).exists()


def test_别县看不到(rows: list[MatchRow], cast: dict[str, User], officer: Client) -> None:
    browser = signed_in(cast["禾丰.县经办"])
    assert "没有待认的行" in text(browser.get(URL))
    assert browser.get(f"{URL}{rows[0].pk}/").status_code == 404
    assert browser.post(f"{URL}{rows[0].pk}/decide/", {"person": "none"}).status_code == 404
    officer.post(f"{URL}{rows[0].pk}/decide/", {"person": "none"})
    assert (
        browser.post(f"{URL}decisions/{every(MatchDecision).get().pk}/undo/", {"reason": "不是本县"}).status_code == 404
    )


def test_名单的查询次数不随行数增加(rows: list[MatchRow], officer: Client, django_assert_max_num_queries) -> None:
    for match in rows:
        officer.post(f"{URL}{match.pk}/decide/", {"person": "none"})
    with django_assert_max_num_queries(25):
        officer.get(f"{URL}decisions/")
