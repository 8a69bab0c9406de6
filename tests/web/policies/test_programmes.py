"""手册台的救助项目：改八要素、规则、用例，边写边查，对照里说得出改了什么，谁不能改。"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.web.cast import signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.rulebook import checking, programmes
from jiuzhu.web.policies.rulebook.differences import differences, programme_differences
from jiuzhu.web.policies.rulebook.folders import shipped_files

from .conftest import fresh

FILES = shipped_files()
CODES = [item.code for item in programmes.programmes(FILES)]


@pytest.fixture
def client(cast: dict[str, User]) -> Client:
    return signed_in(cast["青禾.县监测员"])


def at(name: str, draft: RulebookVersion, *rest: object) -> str:
    return reverse(f"policies:rulebook_{name}", args=[draft.pk, *rest])


def elements(client: Client, draft: RulebookVersion, code: str) -> dict[str, Any]:
    """表单现在的样子，照样交回去。"""
    form = client.get(at("elements", draft, code)).context["form"]
    return {name: value for name in form.fields if (value := form[name].value()) is not None}


@pytest.mark.parametrize("code", CODES)
def test_照原样存回一字不变(code: str) -> None:
    """每个项目：八要素、每句规则、每个用例的表单，什么都不改就存，原文不动。"""
    from jiuzhu.web.policies.programme_forms import ElementsForm, ProgrammeRuleForm, elements_initial, levels_of

    item = programmes.programme(FILES, code)
    assert item is not None
    own = [(name, name) for name in item.values["departments"]]
    form = ElementsForm(elements_initial(item), texts=FILES, own_code=code, departments=own)
    assert form.is_valid(), form.errors
    assert programmes.with_elements(FILES, code, form.values()) == FILES
    for part, (_, keys) in programmes.PARTS.items():
        for place, row in enumerate(item.rows(part)):
            given = {key: str(row.get(key) or "") for key in keys}
            rule = ProgrammeRuleForm(given, texts=FILES, part=part, level=levels_of(item), programme=code)
            assert rule.is_valid(), rule.errors
            assert programmes.with_rule(FILES, code, part, place, rule.values()) == FILES


def test_改八要素并列进对照(client: Client, draft: RulebookVersion) -> None:
    given = elements(client, draft, "gaoling") | {
        "phone": "0717-1234567、0717-7654321",
        "summary": "八十岁以上的老人每月领一点钱。",
    }
    assert client.post(at("elements", draft, "gaoling"), given).status_code == 302
    changed = fresh(draft)
    (found,) = differences(draft.files, changed.files)
    assert {line.label: line.after for line in found.lines} == {
        "联系电话": "0717-1234567、0717-7654321",
        "一句话": "八十岁以上的老人每月领一点钱。",
    }
    entry = Entry.objects.filter(action="policies.rulebook_change").latest("pk")
    assert "高龄" in entry.body
    wrong = client.post(at("elements", draft, "gaoling"), given | {"process": "只有一步", "revision": changed.revision})
    assert wrong.status_code == 422
    assert "做什么 | 谁办 | 多久" in wrong.content.decode()


def test_改条件边写边查跑用例(client: Client, draft: RulebookVersion) -> None:
    url = at("programme_check", draft, "dibao", "conditions")
    right = client.post(
        url, {"place": "2", "name": "没有汽车", "when": "家庭汽车数 == 0", "article": "甲", "ask": "乙"}
    )
    cases = len(programmes.cases(draft.files, "dibao"))
    assert f"这个项目的 {cases} 个用例都成立" in right.content.decode()
    loose = client.post(
        url, {"place": "0", "name": "收入", "when": "月人均核定收入 < 低保标准 * 2", "article": "甲", "ask": "乙"}
    )
    assert "不成立" in loose.content.decode()
    assert fresh(draft).digest == draft.digest  # 只是试，没有存
    wrong = client.post(url, {"place": "2", "when": "家庭汽车书 == 0"}).content.decode()
    assert "家庭汽车数" in wrong
    person = client.post(at("programme_check", draft, "dibao", "conditions"), {"when": "年龄 > 60"}).content.decode()
    assert "写法没有错" not in person
    asked = client.post(
        at("programme_check", draft, "falv", "conditions"), {"when": "需要打官司或法律帮助 and 符合低保"}
    )
    assert "写法没有错" in asked.content.decode()


def test_规则改了用例不成立就提交不了(client: Client, draft: RulebookVersion) -> None:
    given = {"name": "年满八十", "when": "年龄 >= 90", "article": "自拟", "ask": "看身份证", "revision": draft.revision}
    response = client.post(at("programme_rule", draft, "gaoling", "conditions", 0), given, follow=True)
    shown = response.content.decode()
    assert "不成立" in shown
    client.post(at("submit", draft), {"note": "改高龄"})
    assert fresh(draft).submitted_at is None
    places = [row.place for row in programmes.cases(fresh(draft).files, "gaoling")]
    failing = [place for place in places if checking.programme_cases(fresh(draft).files, "gaoling")[place].failures]
    for place in reversed(failing):
        client.post(at("programme_case_remove", draft, "gaoling", place))
    client.post(at("submit", draft), {"note": "改高龄"})
    assert fresh(draft).submitted_at is not None


def test_用例能改(client: Client, draft: RulebookVersion) -> None:
    url = at("programme_case", draft, "falv", 0)
    form = client.get(url).context["form"]
    given = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    given |= {"outcome": "不符合", "failed": "经济困难或免查经济困难的人"}
    assert client.post(url, given).status_code == 302
    kept = programmes.cases(fresh(draft).files, "falv")[0].values["expect"]
    assert dict(kept) == {"结论": "不符合", "不成立": ["经济困难或免查经济困难的人"]}
    assert checking.programme_cases(fresh(draft).files, "falv")[0].failures
    wrong = client.post(url, given | {"household": "不存在的事实 = 1", "revision": fresh(draft).revision})
    assert wrong.status_code == 422


def test_添项目写第一条再删去(client: Client, draft: RulebookVersion) -> None:
    given = {
        "code": "linli", "title": "邻里互助金", "unit": "户", "kind": "社会力量", "summary": "邻居帮一把。", "basis": "自拟",
        "standard": "每户两百元", "period": "次", "process": "申请 | 村 | 当天\n发放 | 镇", "limits": "三天", "platform": "无",
        "office": "镇社会事务办", "phone": "12345", "departments": ["民政局"], "renewal": "一次性", "found_by": "询问",
        "condition_name": "是低保户", "condition_when": "户有低保", "condition_article": "自拟", "condition_ask": "查名册",
        "revision": draft.revision,
    }  # fmt: skip
    assert client.post(at("programme_new", draft), given).status_code == 302
    kept = fresh(draft)
    assert checking.checked(kept.files).ready
    assert kept.files["programmes/92_linli.yaml"].startswith("code: linli")
    assert client.post(at("programme_new", draft), given | {"revision": kept.revision}).status_code == 422
    tier = {"name": "每户", "when": "", "amount": "200", "revision": kept.revision}
    client.post(at("programme_rule_new", draft, "linli", "tiers"), tier)
    book = checking.checked(fresh(draft).files).book
    assert book is not None
    assert [tier.name for tier in book.programmes["linli"].tiers] == ["每户"]
    only = client.post(at("programme_rule_remove", draft, "linli", "conditions", 0))
    assert only.status_code == 409
    client.post(at("programme_remove", draft, "linli"))
    assert fresh(draft).files == draft.files
    assert client.post(at("programme_remove", draft, "dibao")).status_code == 409


def test_发布以后一本账才变(client: Client, draft: RulebookVersion, cast: dict[str, User]) -> None:
    ledger = reverse("policies:programme", args=["gaoling"])
    given = elements(client, draft, "gaoling") | {"summary": "八十岁以上的老人，每个月都能领到津贴。"}
    client.post(at("elements", draft, "gaoling"), given)
    assert "每个月都能领到津贴" not in client.get(ledger).content.decode()
    client.post(at("submit", draft), {"note": "说得更明白"})
    other = signed_in(cast["青禾.县确认人"])
    other.post(at("publish", draft), {"in_force": timezone.localdate().isoformat()})
    shown = client.get(ledger).content.decode()
    assert "每个月都能领到津贴" in shown
    assert "历次改动" in shown
    assert "<del>" in shown


def test_两个项目互不相干(draft: RulebookVersion) -> None:
    files = programmes.with_held(draft.files, "dibao", "")
    assert [item.title for item in programme_differences(draft.files, files)] == ["最低生活保障"]
    assert list(programme_differences(draft.files, files, "tekun")) == []


PAGES = ("programmes", "programme_new")
OF_ONE = ("programme", "elements", "held", "programme_case_new")


def test_页面打得开没有代码(client: Client, draft: RulebookVersion) -> None:
    urls = [at(name, draft) for name in PAGES] + [at(name, draft, "dibao") for name in OF_ONE]
    urls += [at("programme_rule", draft, "dibao", part, 0) for part in programmes.PARTS]
    urls += [at("programme_rule_new", draft, "dibao", "tiers"), at("programme_case", draft, "dibao", 0)]
    for url in urls:
        response = client.get(url)
        assert response.status_code == 200, url
        body = response.content.decode()
        assert "None" not in body[body.index("<main") : body.index("</main>")], url
    assert client.get(at("programme", draft, "nothing")).status_code == 404
    assert client.get(at("programme_rule", draft, "dibao", "conditions", 99)).status_code == 404


@pytest.mark.parametrize(("who", "read"), [("青禾.县经办", 200), ("青禾.镇窗口", 403), ("禾丰.县监测员", 404)])
def test_谁能看谁能改(make: Callable[[str], Client], draft: RulebookVersion, who: str, read: int) -> None:
    other = make(who)
    assert other.get(at("programmes", draft)).status_code == read
    assert other.get(at("programme", draft, "dibao")).status_code == read
    for name, rest in (
        ("elements", ["dibao"]),
        ("programme_rule", ["dibao", "conditions", 0]),
        ("programme_case", ["dibao", 0]),
    ):
        assert other.get(at(name, draft, *rest)).status_code in {403, 404}
    assert other.post(at("programme_rule_remove", draft, "dibao", "notes", 0)).status_code in {403, 404}


@pytest.fixture
def make(cast: dict[str, User]) -> Callable[[str], Client]:
    return lambda who: signed_in(cast[who])
