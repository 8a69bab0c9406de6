"""手册台的各页：看得到什么、改得成什么、写错了怎么说、谁打不开。"""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.cast import every, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.rulebook import content
from jiuzhu.web.policies.rulebook.checking import checked

from .conftest import fresh

VIEWS = (
    "rulebook",
    "rulebook_indicators",
    "rulebook_parameters",
    "rulebook_bands",
    "rulebook_findings",
    "rulebook_cases",
    "rulebook_diff",
)
EDITS = (
    ("rulebook_indicator", "CS-02"), ("rulebook_indicator_new",), ("rulebook_limit", "CB-01"), ("rulebook_limit_new",),
    ("rulebook_parameter", "低保标准"), ("rulebook_parameter_new",), ("rulebook_index", "贫困指数"),
    ("rulebook_case", 3), ("rulebook_case_new",),
)  # fmt: skip


@pytest.fixture
def client(cast: dict[str, User]) -> Client:
    """县监测员的浏览器。"""
    return signed_in(cast["青禾.县监测员"])


def url(name: str, draft: RulebookVersion, *rest: object) -> str:
    return reverse(f"policies:{name}", args=[draft.pk, *rest])


def indicator(**changed: object) -> dict[str, object]:
    """“核定收入低于低保标准”的表单。"""
    return {
        "code": "CS-02", "name": "核定收入低于低保标准", "category": "财产收入", "level": "户", "per": "人",
        "when": "月人均核定收入 < 低保标准", "points": "1", "departments": ["民政局"], "basis": "法第18条", **changed,
    }  # fmt: skip


def test_从页面建草稿(client: Client, cast: dict[str, User]) -> None:
    answer = client.post(reverse("policies:rulebook_new"), {"name": "第一次调整", "note": ""})
    version = every(RulebookVersion).get(shipped=False)
    assert answer["Location"] == url("rulebook", version)
    assert "第一次调整" in client.get(reverse("policies:rulebooks")).content.decode()


@pytest.mark.parametrize("name", VIEWS)
def test_每一栏都打得开(client: Client, draft: RulebookVersion, name: str) -> None:
    assert client.get(url(name, draft)).status_code == 200


@pytest.mark.parametrize("route", EDITS, ids=lambda route: route[0])
def test_每张表单都打得开(client: Client, draft: RulebookVersion, route: tuple[str, ...]) -> None:
    assert client.get(url(route[0], draft, *route[1:])).status_code == 200


def test_表单原样存回没有差别(client: Client, draft: RulebookVersion) -> None:
    answer = client.post(url("rulebook_indicator", draft, "CS-02"), indicator())
    assert answer.status_code == 302
    assert fresh(draft).files == draft.files


def test_改分值用例不成立要说出来(client: Client, draft: RulebookVersion) -> None:
    client.post(url("rulebook_indicator", draft, "CS-02"), indicator(points="2"))
    page = client.get(url("rulebook_cases", draft)).content.decode()
    assert "个不成立" in page
    assert re.search(r"得分应为 17，得出 18", page)
    overview = client.get(url("rulebook", draft)).content.decode()
    assert "还不能提交" in overview


def test_改用例的结论之后可以提交_对照列得出(client: Client, draft: RulebookVersion) -> None:
    client.post(url("rulebook_indicator", draft, "CS-02"), indicator(points="2"))
    for row in content.cases(fresh(draft).files):
        if row.values["expect"].get("score") in {17, 9}:
            form = client.get(url("rulebook_case", draft, row.place)).context["form"]
            data = {key: value for key, value in form.initial.items() if value is not None}
            score = row.values["expect"]["score"] + 1
            changed = {"score": score, "band": "蓝" if score == 10 else "红"}
            client.post(url("rulebook_case", draft, row.place), {**data, **changed})
    assert [row for row in checked(fresh(draft).files).cases if row.failures] == []
    assert client.post(url("rulebook_submit", draft), {"note": "低收入加一分"}).status_code == 302
    assert fresh(draft).submitted_at is not None
    diff = client.get(url("rulebook_diff", draft)).content.decode()
    assert "得分 17" in diff
    assert "得分 18" in diff


def test_写错的规则存不进去(client: Client, draft: RulebookVersion) -> None:
    answer = client.post(url("rulebook_indicator", draft, "CS-02"), indicator(when="月人均核定收人 < 低保标准"))
    assert answer.status_code == 422
    assert "是不是想写“月人均核定收入”" in answer.content.decode()
    assert fresh(draft).files == draft.files


def test_边写边查(client: Client, draft: RulebookVersion) -> None:
    good = client.post(
        url("rulebook_check", draft), {"when": "月人均核定收入 < 低保标准 * 0.5", "level": "户"}
    ).content.decode()
    assert "写法没有错" in good
    assert "个人收入纳税" in good
    wrong = client.post(
        url("rulebook_check", draft), {"when": "月人均核定收入 < 家庭年核定收入", "level": "户"}
    ).content.decode()
    assert "<mark>" in wrong
    number = client.post(url("rulebook_check", draft), {"formula": "月人均核定收入 < 低保标准"}).content.decode()
    assert "写法没有错" not in number


def test_旧的标准删不掉_新添的可以(client: Client, draft: RulebookVersion) -> None:
    basis = content.parameters(draft.files)["低保标准"]["basis"]
    form = {"unit": "元/月", "basis": basis, "day": "2027-01-01", "urban": "800", "rural": "660"}
    assert client.post(url("rulebook_parameter", draft, "低保标准"), form).status_code == 302
    assert "2027年1月1日起" in client.get(url("rulebook_parameters", draft)).content.decode()
    remove = url("rulebook_parameter_remove", draft, "低保标准")
    assert client.post(remove, {"day": "2026-01-01"}).status_code == 409
    assert client.post(remove, {}).status_code == 409
    assert client.post(remove, {"day": "2027-01-01"}).status_code == 302
    assert fresh(draft).files == draft.files


def test_个别乡镇另定标准(client: Client, draft: RulebookVersion, cast: dict[str, User]) -> None:
    url = reverse("policies:rulebook_parameter", args=[draft.pk, "低保标准"])
    item = content.parameters(draft.files)["低保标准"]
    given = {
        "name": "低保标准", "unit": "元/月", "basis": str(item["basis"]), "day": "2027-01-01", "urban": "820", "rural": "690",
        "townships": "麦岭镇 = 700\n石桥镇：710.5", "revision": draft.revision,
    }  # fmt: skip
    assert "没有叫“某某镇”" in client.post(url, given | {"townships": "某某镇 = 1"}).content.decode()
    assert client.post(url, given).status_code == 302
    files = fresh(draft).files
    assert "2027-01-01: {城: 820, 乡: 690, 429998101: 700, 429998103: 710.5}" in files["parameters.yaml"]
    book = checked(files).book
    assert book is not None
    placed = book.parameters["低保标准"].on(date(2027, 6, 1))
    assert placed.at("乡", "429998101") == 700
    shown = client.get(reverse("policies:rulebook_diff", args=[draft.pk])).content.decode()
    assert "麦岭镇 700.00 元/月" in shown
    more = given | {"day": "2027-07-01", "townships": "", "revision": fresh(draft).revision}
    assert client.post(url, more).status_code == 302
    assert "429998101: 700" in fresh(draft).files["parameters.yaml"]  # 添别的行，旧行不动


def test_同一天不能再添一行(client: Client, draft: RulebookVersion) -> None:
    basis = content.parameters(draft.files)["低保标准"]["basis"]
    form = {"unit": "元/月", "basis": basis, "day": "2026-01-01", "urban": "1", "rural": ""}
    answer = client.post(url("rulebook_parameter", draft, "低保标准"), form)
    assert answer.status_code == 422
    assert "这一天已有一行" in answer.content.decode()


def test_区间要由高到低(client: Client, draft: RulebookVersion) -> None:
    form = {f"low_{row['band']}": row["low"] for row in content.bands(draft.files)}
    form |= {f"meaning_{row['band']}": row["meaning"] for row in content.bands(draft.files)}
    assert client.post(url("rulebook_bands", draft), {**form, "low_blue": "15"}).status_code == 422
    assert client.post(url("rulebook_bands", draft), {**form, "low_blue": "9.5"}).status_code == 302
    assert content.bands(fresh(draft).files)[3]["low"] == 9.5


def test_添一项再删掉(client: Client, draft: RulebookVersion) -> None:
    form = indicator(code="CS-77", name="收入为零", when="月人均核定收入 == 0")
    assert client.post(url("rulebook_indicator_new", draft), form).status_code == 302
    assert client.post(url("rulebook_indicator_new", draft), form).status_code == 422
    assert content.indicator(fresh(draft).files, "CS-77") is not None
    client.post(url("rulebook_indicator_remove", draft, "CS-77"))
    assert fresh(draft).files == draft.files


def test_用例里没有的事实要指出(client: Client, draft: RulebookVersion) -> None:
    form = {"name": "写错的", "household": "月人均核定收人 = 3", "members": "", "holds": "CS-02"}
    answer = client.post(url("rulebook_case_new", draft), form)
    assert answer.status_code == 422
    assert "月人均核定收入" in answer.content.decode()


def test_发布人从页面发布(client: Client, cast: dict[str, User], draft: RulebookVersion) -> None:
    client.post(url("rulebook_indicator", draft, "JE-04"), indicator(
        code="JE-04", name="社保断缴三个月以上", category="就业", level="人", when="断缴月数 > 失业警戒月数", points="2",
        departments=["人社局"], basis="自拟",
    ))  # fmt: skip
    client.post(url("rulebook_submit", draft), {"note": "断缴更重"})
    publisher = signed_in(cast["青禾.县确认人"])
    assert "发布后谁也不能改" in publisher.get(url("rulebook", draft)).content.decode()
    assert publisher.post(url("rulebook_publish", draft), {"in_force": "2000-01-01"}).status_code == 422
    assert client.post(url("rulebook_publish", draft), {"in_force": "2099-01-01"}).status_code == 403
    assert publisher.post(url("rulebook_publish", draft), {"in_force": "2099-01-01"}).status_code == 302
    assert fresh(draft).in_force is not None
    assert client.post(url("rulebook_indicator", draft, "CS-02"), indicator(points="2")).status_code == 409


def test_退回要写原因(client: Client, cast: dict[str, User], draft: RulebookVersion) -> None:
    client.post(url("rulebook_bands", draft), {
        **{f"low_{row['band']}": row["low"] for row in content.bands(draft.files)},
        **{f"meaning_{row['band']}": f"{row['meaning']}，三天内" for row in content.bands(draft.files)},
    })  # fmt: skip
    client.post(url("rulebook_submit", draft), {"note": "写明几天"})
    leader = signed_in(cast["青禾.领导"])
    assert leader.post(url("rulebook_return", draft), {"return-reason": ""}).status_code == 422
    assert leader.post(url("rulebook_return", draft), {"return-reason": "太急"}).status_code == 302
    assert "太急" in client.get(url("rulebook", draft)).content.decode()


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("青禾.镇审核负责人", 200),
        ("青禾.县确认人", 200),
        ("禾丰.县监测员", 404),
        ("青禾.镇窗口", 403),
        ("没有岗位", 403),
    ],
)
def test_谁看得到(cast: dict[str, User], draft: RulebookVersion, who: str, sees: int) -> None:
    other = signed_in(cast[who])
    for name in VIEWS:
        assert other.get(url(name, draft)).status_code == sees, name


@pytest.mark.parametrize("who", ["青禾.县确认人", "青禾.镇审核负责人", "禾丰.县监测员"])
def test_谁改不了(cast: dict[str, User], draft: RulebookVersion, who: str) -> None:
    other = signed_in(cast[who])
    for route in EDITS:
        assert other.get(url(route[0], draft, *route[1:])).status_code in {403, 404}, route
    for name in ("rulebook_submit", "rulebook_drop", "rulebook_rename", "rulebook_check", "rulebook_bands"):
        assert other.post(url(name, draft), {"note": "x", "name": "x", "when": "真"}).status_code in {403, 404}, name
