"""绕路去动邻县：借导入文件、改所在区划、换代码、一人两县的岗位。网址逐个试的在 ``test_county_walls.py``。"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.divisions.models import Division
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.monitoring.selectors import done_run

from .cast import WalledClient, every, make_organisation, signed_in
from .counties import MONITOR, NEIGHBOUR, REASON, SECURITY, SYSTEM, County, facts, make_counties, office_fields


@pytest.fixture
def counties(cast: dict[str, User]) -> dict[str, County]:
    """两个县。"""
    return make_counties(cast)


def upload(client: WalledClient, content: str, kind: str) -> str:
    """上传，返回预览页。"""
    file = SimpleUploadedFile("表.csv", content.encode())
    answer = client.post(reverse("divisions:imports"), {"kind": kind, "file": file})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return str(answer.url)


def test_导入文件里邻县的行列为有问题_跳过则只导入本县的(cast: dict[str, User], counties: dict[str, County]) -> None:
    client, other = signed_in(cast[f"青禾.{SYSTEM}"]), counties["禾丰"]
    content = (
        "代码,名称,停用日期\n420000000000,演示省,\n"
        f"429998101301,本县新村,\n429997101301,邻县新村,\n{other.village.code},改名村,\n{other.village.code},大岗村,2026-01-01\n"
    )
    preview = upload(client, content, "divisions")
    context = client.get(preview).context
    assert {problem.row for problem in context["problems"]} == {4, 5, 6}
    assert all("不归您当前的岗位管" in problem.what for problem in context["problems"])
    client.post(preview + "confirm/", {"skip_bad": "1"})
    assert Division.objects.filter(code="429998101301").exists()
    assert not Division.objects.filter(code="429997101301").exists()
    other.village.refresh_from_db()
    assert (other.village.name, other.village.valid_to) == ("大岗村", None)


def test_导入机构_改不到邻县的_也拉不过来_挂不过去(cast: dict[str, User], counties: dict[str, County]) -> None:
    client, own, other = signed_in(cast[f"青禾.{SYSTEM}"]), counties["青禾"].office, counties["禾丰"].office
    lines = (
        f"{other.code},改名局,,,",
        f"{other.code},{other.name},,429998000000,",
        f"{own.code},{own.name},,429997000000,",
        f"{own.code}-2,某会,社会组织,429998000000,{other.code}",
        f"{own.code}-3,某会,社会组织,禾丰县,",
    )
    for line in lines:
        preview = upload(client, f"编码,名称,类别,所在区划,上级\n{line}\n", "organisations")
        context = client.get(preview).context
        assert (len(context["problems"]), context["plan"].writes) == (1, 0), line
    before = facts()[4]
    client.post(preview + "confirm/", {"skip_bad": "1"})
    assert facts()[4] == before


def test_机构不能挪到邻县_上级不能是邻县的(cast: dict[str, User], counties: dict[str, County]) -> None:
    client, county = signed_in(cast[f"青禾.{SYSTEM}"]), counties["青禾"]
    address = reverse("divisions:organisation_edit", args=[county.office.pk])
    for changed in ({"division_code": "429997000000"}, {"parent": counties["禾丰"].office.pk}):
        answer = client.post(address, office_fields(county, **changed))
        assert answer.status_code == 422, changed
    county.office.refresh_from_db()
    assert (county.office.division_code, county.office.parent) == ("429998000000", None)


def test_村划不到邻县_也划不过来_上级的管理员可以(cast: dict[str, User], counties: dict[str, County]) -> None:
    ours, theirs = counties["青禾"].village, counties["禾丰"].village
    fields = {"kind": "code_change", "on": "2026-03-01", "document": "文", "note": "勘界", "confirmed": "1"}
    pairs = [(ours.code, "429997101300", ours.name), (theirs.code, "429998101300", theirs.name)]
    client = signed_in(cast[f"青禾.{SYSTEM}"])
    before = facts()
    for old, new, name in pairs:
        answer = client.post(reverse("divisions:change_new"), {**fields, "from_codes": old, "to": f"{new} {name}"})
        assert "不归您当前的岗位管" in answer.content.decode()
    assert facts() == before
    Post.objects.filter(user=cast[f"青禾.{SYSTEM}"]).update(division_code="429900000000")
    old, new, name = pairs[0]
    answer = client.post(reverse("divisions:change_new"), {**fields, "from_codes": old, "to": f"{new} {name}"})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    assert Division.objects.get(code=new, valid_to=None).name == name


def test_两县都有岗位的人_账号由上级管_各县收得回自己的岗位(cast: dict[str, User], counties: dict[str, County]) -> None:
    person, office = cast["禾丰.县经办"], make_organisation("青禾", "county_office")
    here = Post.objects.create(user=person, role="leader", organisation=office, division_code="429998000000")
    before = facts()
    for title, name in (
        (SYSTEM, "account_password"),
        (SYSTEM, "account_close"),
        (SYSTEM, "account_edit"),
        (SECURITY, "second_factor_reset"),
    ):
        client = signed_in(cast[f"青禾.{title}"])
        assert client.get(reverse("access:account", args=[person.pk])).status_code == 200
        assert client.post(reverse(f"access:{name}", args=[person.pk]), REASON).status_code == 403, name
    assert facts() == before
    security = signed_in(cast[f"青禾.{SECURITY}"])
    theirs = person.posts.exclude(pk=here.pk).get()
    assert security.post(reverse("access:post_end", args=[person.pk, theirs.pk]), REASON).status_code == 404
    assert security.post(reverse("access:post_end", args=[person.pk, here.pk]), REASON).status_code == 302
    assert signed_in(cast[f"青禾.{SYSTEM}"]).get(reverse("access:account", args=[person.pk])).status_code == 404


def test_调走的人_原来的县管不到了(cast: dict[str, User]) -> None:
    person = cast["青禾.县经办"]
    person.posts.update(valid_to=timezone.localdate())
    address = reverse("access:account", args=[person.pk])
    admins = {where: signed_in(cast[f"{where}.{SYSTEM}"]) for where in NEIGHBOUR}
    assert {where: admin.get(address).status_code for where, admin in admins.items()} == {"青禾": 200, "禾丰": 404}
    Post.objects.create(
        user=person, role="leader", organisation=make_organisation("禾丰", "county_office"),
        division_code="429997000000",
    )  # fmt: skip
    assert {where: admin.get(address).status_code for where, admin in admins.items()} == {"青禾": 404, "禾丰": 200}


def test_监测记录里没有邻县的文件夹与说明(cast: dict[str, User], counties: dict[str, County]) -> None:
    for where, other in NEIGHBOUR.items():
        client = signed_in(cast[f"{where}.{MONITOR}"])
        page = client.get(reverse("monitoring:runs")).content.decode()
        assert f"{where}的文件读不了" in page
        assert not any(word in page for word in (other, f"/{where}的文件夹", f"/{where}的结果"))


def test_邻县的监测结果_写着编号也打不开(cast: dict[str, User], counties: dict[str, County]) -> None:
    every(Run).update(status=Run.Status.DONE)
    for where, other in NEIGHBOUR.items():
        number = counties[other].run.number
        scopes = {each: cast[f"{each}.{MONITOR}"].posts.get().scope() for each in NEIGHBOUR}
        assert done_run(scopes[other], number) == counties[other].run
        assert done_run(scopes[where], number) is None
        client = signed_in(cast[f"{where}.{MONITOR}"])
        for name in ("overview", "warnings", "findings", "files", "quarantine"):
            assert client.get(reverse(f"monitoring:{name}"), {"run": number}).status_code == 404, name
