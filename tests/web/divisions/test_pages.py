"""区划与机构的页面：人人能看，只有系统管理员能改；上传先预览再确认。"""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.web.cast import WalledClient, make_person, make_places, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.divisions.models import Division, ImportFile, Organisation
from jiuzhu.web.divisions.services import County, county_ensure

from .conftest import ACTOR, HEFENG

OPEN = ("tree", "changes", "organisations")
CHANGING = ("change_new", "organisation_new", "imports")


@pytest.fixture
def admin(db: None) -> User:
    """禾丰县的系统管理员。"""
    make_places()
    return make_person("管理员", "system_admin", "禾丰")


@pytest.fixture
def desk(admin: User) -> WalledClient:
    """系统管理员的浏览器；数据库身份是什么也不拥有的网页角色。"""
    return signed_in(admin)


@pytest.fixture
def hefeng(admin: User) -> County:
    """禾丰县，建在全班的两县之后。"""
    county_ensure(county=HEFENG, actor=ACTOR)
    return HEFENG


@pytest.fixture
def clerk(admin: User) -> WalledClient:
    """镇窗口：只能看。"""
    return signed_in(make_person("窗口", "town_window", "青禾"))


def text(client: WalledClient, name: str, *args: object, **query: object) -> str:
    """打开一页，须是 200。"""
    answer = client.get(reverse(f"divisions:{name}", args=args), query, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def post(client: WalledClient, name: str, /, *args: object, **data: object) -> object:
    """提交。"""
    return client.post(reverse(f"divisions:{name}", args=args), data)


# —— 谁能看、谁能改 ——


@pytest.mark.parametrize("name", OPEN)
def test_在岗的人都能看(clerk: WalledClient, name: str) -> None:
    page = text(clerk, name)
    assert reverse("divisions:change_new") not in page
    assert reverse("divisions:organisation_new") not in page


@pytest.mark.parametrize("name", [*OPEN, *CHANGING])
def test_没有岗位的一页也打不开(stranger: User, name: str) -> None:
    assert signed_in(stranger).get(reverse(f"divisions:{name}")).status_code == 403


@pytest.mark.parametrize("name", CHANGING)
def test_不是系统管理员的不能改(clerk: WalledClient, name: str) -> None:
    assert clerk.get(reverse(f"divisions:{name}")).status_code == 403
    assert post(clerk, name).status_code == 403


def test_不是系统管理员的改不了一条记录(clerk: WalledClient, hefeng: County) -> None:
    office = Organisation.objects.get(code="429997-yibao")
    row = Division.objects.get(code="429997100201")
    upload = ImportFile.objects.create(kind="divisions", name="甲.csv", content=b"x")
    refused = [
        post(clerk, "organisation_edit", office.pk, name="改名"),
        post(clerk, "organisation_close", office.pk, reason="无"),
        post(clerk, "correct", row.pk, name="改名", reason="无"),
        post(clerk, "import_confirm", upload.pk),
        post(clerk, "import_cancel", upload.pk),
        clerk.get(reverse("divisions:import_preview", args=[upload.pk])),
        clerk.get(reverse("divisions:import_blank", args=["divisions"])),
        clerk.get(reverse("divisions:organisation_edit", args=[office.pk])),
    ]
    assert {answer.status_code for answer in refused} == {403}
    assert ImportFile.objects.count() == 1
    assert Organisation.objects.get(pk=office.pk).is_active


# —— 区划 ——


def test_没有区划时说先做什么(desk: WalledClient) -> None:
    Division.objects.all().delete()
    assert "先导入本县的区划表" in text(desk, "tree")


def test_从县看到乡看到村_面包屑通到上级(desk: WalledClient, hefeng: County) -> None:
    page = text(desk, "division", "429997000000")
    assert 'href="/divisions/429997100000/"' in page
    assert "禾丰县民政局" in page
    town = text(desk, "division", "429997100000")
    assert 'href="/divisions/429997000000/"' in town
    assert "柳树村" in town
    assert "演示市" in town
    village = text(desk, "division", "429997100201")
    assert "河湾乡柳树村社会救助服务点" in village


def test_查找_按名称按代码_旧名也找得到(desk: WalledClient, hefeng: County) -> None:
    assert text(desk, "tree", q="柳树").count("<tr data-row>") == 2
    assert "禾丰县 河湾乡 大塘村" in text(desk, "tree", q="429997100202")
    assert "没有找到" in text(desk, "tree", q="查无此地")


def test_没有这个代码给404(desk: WalledClient) -> None:
    assert desk.get("/divisions/119999999999/").status_code == 404


def test_办理更名_先看再确认_新旧名称都看得到(desk: WalledClient, hefeng: County) -> None:
    fields = {
        "kind": "rename", "on": "2026年7月1日", "from_codes": "429997100000", "to": "429997100000 河湾镇",
        "document": "禾政发〔2026〕1号", "note": "省政府批复",
    }  # fmt: skip
    page = post(desk, "change_new", **fields).content.decode()
    assert "停用 河湾乡" in page
    assert "启用 河湾镇" in page
    assert "河湾镇" not in text(desk, "division", "429997100000")
    assert post(desk, "change_new", **fields, confirmed="1").status_code == 302
    page = text(desk, "changes")
    assert all(word in page for word in ("河湾乡", "河湾镇", "2026年7月1日", "禾政发〔2026〕1号"))
    assert "河湾乡" in text(desk, "division", "429997100000")


def test_合并之前说清牵涉哪些下级与机构(desk: WalledClient, hefeng: County) -> None:
    page = post(
        desk, "change_new", kind="code_change", on="2026-07-01", from_codes="429997100000", to="429997110000 河湾乡",
        document="文", note="换代码",
    ).content.decode()  # fmt: skip
    assert "429997100201 → 429997110201" in page
    assert "机构 河湾乡柳树村社会救助服务点 改所在区划" in page
    assert Division.objects.filter(code="429997100201", valid_to=None).exists()


def test_变更不成立时留在本页_写的都还在(desk: WalledClient, hefeng: County) -> None:
    answer = post(
        desk, "change_new", kind="code_change", on="2026-07-01", from_codes="429997100999",
        to="429997100998 某村", document="文", note="说明",
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "429997100999 在生效那天不在用" in page
    assert "429997100998 某村" in page


def test_变更写法不对指到那一行(desk: WalledClient, hefeng: County) -> None:
    page = post(desk, "change_new", kind="new", on="明天", to="429997100999", document="文", note="").content.decode()
    assert "应写成“代码 名称”" in page
    assert "日期写法不对" in page
    assert "这一项要填" in page


def test_更正名称_记入审计(desk: WalledClient, hefeng: County, admin: User) -> None:
    row = Division.objects.get(code="429997100201")
    assert post(desk, "correct", row.pk, name="柳林村", reason="").status_code == 422
    assert post(desk, "correct", row.pk, name="柳林村", reason="当初录错").status_code == 302
    entry = Entry.objects.get(action="divisions.division_correct")
    assert (entry.actor_id, entry.subject_key, entry.reason) == (admin.pk, "429997100201", "当初录错")


# —— 机构 ——


def test_机构名单_筛选与数据库一致(desk: WalledClient, hefeng: County) -> None:
    cases = {
        "kind": ("village_point", Organisation.objects.filter(kind="village_point")),
        "department": ("yibao", Organisation.objects.filter(department="yibao")),
        "area": ("429997101", Organisation.objects.filter(division_code__startswith="429997101")),
        "q": ("教育局", Organisation.objects.filter(name__contains="教育局")),
    }
    for name, (value, rows) in cases.items():
        assert f"<strong>{rows.count()}</strong> 个" in text(desk, "organisations", **{name: value}), name
    assert "类别没有“衙门”这一项" in text(desk, "organisations", kind="衙门")


def test_机构名单不逐行查库(
    desk: WalledClient, hefeng: County, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    text(desk, "organisations")
    with django_assert_max_num_queries(16):
        assert text(desk, "organisations").count("<tr data-row>") > 30


def test_新增_修改_停用机构(desk: WalledClient, hefeng: County) -> None:
    fields = {
        "name": "禾丰县爱心协会", "code": "HF-1", "kind": "social_organisation", "division_code": "禾丰县",
        "valid_from": "2026年1月1日", "phone": "0712-1234567",
    }  # fmt: skip
    Division.objects.filter(name="禾丰县").exclude(code="429997000000").delete()
    assert f'value="{timezone.localdate():%Y年%m月%d日}"' in text(desk, "organisation_new")
    assert post(desk, "organisation_new", **fields).status_code == 302
    row = Organisation.objects.get(code="HF-1")
    assert row.division_code == "429997000000"
    assert post(desk, "organisation_new", **fields).status_code == 422
    assert post(desk, "organisation_edit", row.pk, **(fields | {"name": "禾丰县爱心社"})).status_code == 302
    assert post(desk, "organisation_close", row.pk, on="2026年2月1日", reason="").status_code == 422
    assert post(desk, "organisation_close", row.pk, on="2026年2月1日", reason="注销登记").status_code == 302
    row.refresh_from_db()
    assert (row.name, row.is_active) == ("禾丰县爱心社", False)
    actions = list(Entry.objects.filter(subject_key=str(row.pk)).order_by("at").values_list("action", flat=True))
    assert [action.rpartition("_")[2] for action in actions] == ["create", "update", "close"]
    assert "1234567" not in str(list(Entry.objects.values_list("body", flat=True)))


def test_上级不能是自己的下级(desk: WalledClient, hefeng: County) -> None:
    bureau = Organisation.objects.get(code="429997-minzheng")
    room = Organisation.objects.get(code="429997-hedui")
    page = post(
        desk, "organisation_edit", bureau.pk, name=bureau.name, code=bureau.code, kind=bureau.kind,
        department="minzheng", division_code=bureau.division_code, parent=room.pk, valid_from="2000-01-01",
    ).content.decode()  # fmt: skip
    assert "上级机构不能是它自己或它的下级" in page


# —— 导入 ——


def upload(client: WalledClient, content: str, kind: str = "divisions", name: str = "区划.csv") -> object:
    """上传一个文件。"""
    return post(client, "imports", kind=kind, file=SimpleUploadedFile(name, content.encode("gb18030")))


def test_上传_预览_确认(desk: WalledClient, hefeng: County) -> None:
    content = "代码,名称,级别\n429997100203,新村,村级\n429997100201,柳林村,村级\n"
    answer = upload(desk, content)
    page = desk.get(answer.url).content.decode()
    assert re.search(r"新增</span><b>1</b>", page)
    assert "柳树村 → 柳林村" in page
    assert not Division.objects.filter(code="429997100203").exists()
    assert post(desk, "import_confirm", ImportFile.objects.get().pk).status_code == 302
    assert Division.objects.get(code="429997100203").name == "新村"
    assert not ImportFile.objects.exists()


def test_有问题的行写明行列_不说跳过就不导入(desk: WalledClient, hefeng: County) -> None:
    upload(desk, "代码,名称,级别\n429997100203,新村,村级\n429997100204,坏村,乡级\n")
    pk = ImportFile.objects.get().pk
    page = text(desk, "import_preview", pk)
    assert "代码是村级，级别却写成乡级" in page
    assert "跳过有问题的 1 行，导入其余 1 行" in page
    assert post(desk, "import_confirm", pk).status_code == 409
    assert not Division.objects.filter(code="429997100203").exists()
    assert post(desk, "import_confirm", pk, skip_bad="1").status_code == 302
    assert Division.objects.filter(code="429997100203").exists()
    assert not Division.objects.filter(code="429997100204").exists()


def test_读不了的文件当场说明_不留下(desk: WalledClient) -> None:
    answer = upload(desk, "甲,乙\n一,二\n")
    assert answer.status_code == 422
    assert "没有找到区划的表" in answer.content.decode()
    assert post(desk, "imports", kind="divisions").status_code == 422
    assert not ImportFile.objects.exists()


def test_放弃则什么也不改(desk: WalledClient, hefeng: County) -> None:
    upload(desk, "代码,名称,级别\n429997100203,新村,村级\n")
    post(desk, "import_cancel", ImportFile.objects.get().pk)
    assert not ImportFile.objects.exists()
    assert not Division.objects.filter(code="429997100203").exists()


@pytest.mark.parametrize("kind", ["divisions", "organisations"])
def test_空表的表头自己认得(desk: WalledClient, hefeng: County, kind: str) -> None:
    blank = desk.get(reverse("divisions:import_blank", args=[kind])).content.decode("utf-8-sig")
    row = {"divisions": "429997100203,新村,村级,,,,", "organisations": "HF-2,某会,,社会组织,,禾丰县,,,,,"}[kind]
    answer = upload(desk, blank + row + "\n", kind)
    assert answer.status_code == 302
    page = desk.get(answer.url).content.decode()
    assert re.search(r"新增</span><b>1</b>|叫“禾丰县”的有", page)
