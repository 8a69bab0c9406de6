"""一套平台里有几个县：管理员只管本县。逐个网址试，邻县的办不到，本县的办得到。

“办得到”一并试，表里才不会有因网址写错而“办不到”的。绕路的办法在 ``test_county_detours.py``。
"""

from collections.abc import Callable

import pytest
from django.urls import reverse

from jiuzhu.web.access.models import User
from jiuzhu.web.access.urls import pages as access_pages
from jiuzhu.web.divisions.urls import urlpatterns as divisions_pages

from .cast import PLACES, signed_in
from .counties import MONITOR, NEIGHBOUR, REASON, SECURITY, SYSTEM, County, facts, make_counties, office_fields


@pytest.fixture
def counties(cast: dict[str, User]) -> dict[str, County]:
    """两个县。"""
    return make_counties(cast)


def rename_fields(county: County) -> dict[str, object]:
    """给这个县的村更名。"""
    return {
        "kind": "rename", "on": "2026-03-01", "from_codes": county.village.code, "to": f"{county.village.code} 改名村",
        "document": "文", "note": "试", "confirmed": "1",
    }  # fmt: skip


def move_fields(county: County) -> dict[str, object]:
    """在这个县里新设一个村。"""
    return rename_fields(county) | {"kind": "new", "from_codes": "", "to": f"{county.code}101777 新设村"}


Fields = Callable[[County], dict[str, object]]
# 谁、方法、网址名、填什么、邻县的得到什么
WALLS: list[tuple[str, str, str, Fields, int]] = [
    (SYSTEM, "get", "access:account", lambda _: {}, 404),
    (SYSTEM, "get", "access:account_edit", lambda _: {}, 404),
    (SYSTEM, "post", "access:account_edit", lambda c: {"display_name": "改名", "username": f"gaiming{c.code}"}, 404),
    (SYSTEM, "post", "access:account_password", lambda _: REASON, 404),
    (SYSTEM, "post", "access:account_close", lambda _: REASON, 404),
    (SYSTEM, "get", "divisions:correct", lambda _: {}, 403),
    (SYSTEM, "post", "divisions:correct", lambda _: {"name": "改名村", **REASON}, 403),
    (SYSTEM, "post", "divisions:change_new", rename_fields, 422),
    (SYSTEM, "post", "divisions:change_new", move_fields, 422),
    (SYSTEM, "post", "divisions:organisation_new", lambda c: office_fields(c, code="XIN", name="新局"), 422),
    (SYSTEM, "get", "divisions:organisation_edit", lambda _: {}, 403),
    (SYSTEM, "post", "divisions:organisation_edit", lambda c: office_fields(c, name="改名局"), 403),
    (SYSTEM, "post", "divisions:organisation_close", lambda _: {"on": "2026-02-01", **REASON}, 403),
    (SYSTEM, "get", "divisions:import_preview", lambda _: {}, 404),
    (SYSTEM, "post", "divisions:import_confirm", lambda _: {}, 404),
    (SYSTEM, "post", "divisions:import_cancel", lambda _: {}, 404),
    (SECURITY, "get", "access:account", lambda _: {}, 404),
    (SECURITY, "get", "access:post_new", lambda _: {"role": "cashier"}, 404),
    (SECURITY, "post", "access:post_end", lambda _: REASON, 404),
    (SECURITY, "post", "access:account_unlock", lambda _: REASON, 404),
    (SECURITY, "post", "access:sessions_end", lambda _: REASON, 404),
    (MONITOR, "get", "monitoring:run_progress", lambda _: {}, 404),
]
# 另有单独的测试：停用的恢复、第二重验证、授岗位的表单
APART = {"access:account_reopen", "access:second_factor_reset", "divisions:imports"}
# 不带编号、不写别人的，或名称人人可读的
OPEN = {
    "access:mine", "access:sessions", "access:post_switch", "access:accounts", "access:account_new",
    "access:username_suggest", "divisions:tree", "divisions:division", "divisions:changes", "divisions:organisations",
    "divisions:import_blank",
}  # fmt: skip


def test_表里写全了各网址() -> None:
    named = {f"access:{page.name}" for page in access_pages} | {f"divisions:{page.name}" for page in divisions_pages}
    assert named == ({name for _, _, name, _, _ in WALLS} - {"monitoring:run_progress"}) | APART | OPEN


@pytest.mark.parametrize("where", NEIGHBOUR)
@pytest.mark.parametrize(("title", "method", "name", "fields", "refused"), WALLS)
def test_邻县的办不到_本县的办得到(
    cast: dict[str, User], counties: dict[str, County], where: str,
    title: str, method: str, name: str, fields: Fields, refused: int,
) -> None:  # fmt: skip
    county = counties[where]
    address = reverse(name, args=county.keys(name))
    before = facts()
    outsider, own = (signed_in(cast[f"{each}.{title}"]) for each in (NEIGHBOUR[where], where))
    answer = getattr(outsider, method)(address, fields(county))
    assert answer.status_code == refused, answer.content.decode()[-2000:]
    assert facts() == before
    answer = getattr(own, method)(address, fields(county))
    assert answer.status_code in {200, 204, 302}, answer.content.decode()[-2000:]
    if method == "post" and name not in {"access:account_unlock", "access:sessions_end"}:
        assert facts() != before


@pytest.mark.parametrize("where", NEIGHBOUR)
def test_停用的与第二重验证_邻县也动不了(cast: dict[str, User], counties: dict[str, County], where: str) -> None:
    county, other = counties[where], NEIGHBOUR[where]
    User.objects.filter(pk=county.person.pk).update(is_active=False)
    before = facts()
    for title, name in ((SYSTEM, "access:account_reopen"), (SECURITY, "access:second_factor_reset")):
        client = signed_in(cast[f"{other}.{title}"])
        assert client.post(reverse(name, args=county.keys(name)), REASON).status_code == 404
    assert facts() == before
    own = signed_in(cast[f"{where}.{SYSTEM}"])
    assert own.post(reverse("access:account_reopen", args=[county.person.pk]), REASON).status_code == 200


# —— 名单与下拉 ——


@pytest.mark.parametrize("where", NEIGHBOUR)
@pytest.mark.parametrize(
    ("title", "name"),
    [(SYSTEM, "access:accounts"), (SECURITY, "access:accounts"), (SYSTEM, "divisions:imports"),
     (SYSTEM, "divisions:organisations"), (SYSTEM, "divisions:organisation_new"), (MONITOR, "monitoring:runs"),
     (SYSTEM, "desk:home"), (SECURITY, "desk:home")],
)  # fmt: skip
def test_名单与下拉里只有本县(
    cast: dict[str, User], counties: dict[str, County], where: str, title: str, name: str
) -> None:
    client, other = signed_in(cast[f"{where}.{title}"]), PLACES[NEIGHBOUR[where]]
    page = client.get(reverse(name)).content.decode()
    assert where in page
    for word in (NEIGHBOUR[where], other[3], other[5]):
        assert word not in page.replace(f"{where}二", ""), word


@pytest.mark.parametrize("role", ["village_worker", "town_window", "county_officer", "department_officer", "cashier"])
def test_授岗位的下拉里只有本县(cast: dict[str, User], counties: dict[str, County], role: str) -> None:
    for where, other in NEIGHBOUR.items():
        admin = signed_in(cast[f"{where}.{SECURITY}"])
        address = reverse("access:post_new", args=[cast["没有岗位"].pk])
        form = admin.get(address, {"role": role}).context["form"]
        places = {code for code, _ in form.fields["division_code"].choices if code}
        offices = {row.division_code for row in form.fields["organisation"].queryset}
        assert places
        assert {code[:6] for code in places | offices} == {PLACES[where][0]}
        foreign = counties[other]
        data = {"role": role, "organisation": foreign.post.organisation_id, "division_code": foreign.village.code}
        assert admin.post(address, data).status_code == 200
        assert not cast["没有岗位"].posts.exists()


@pytest.mark.parametrize("where", NEIGHBOUR)
def test_区划先看本县_别的县看得到而没有办理的按钮(
    cast: dict[str, User], counties: dict[str, County], where: str
) -> None:
    client, other = signed_in(cast[f"{where}.{SYSTEM}"]), counties[NEIGHBOUR[where]]
    assert client.get(reverse("divisions:tree")).url == reverse(
        "divisions:division", args=[counties[where].code + "0" * 6]
    )
    page = client.get(reverse("divisions:division", args=[other.village.code])).content.decode()
    assert other.village.name in page
    assert reverse("divisions:correct", args=[other.village.pk]) not in page
    page = client.get(reverse("divisions:organisations"), {"area": "all"}).content.decode()
    assert other.office.name in page
    assert reverse("divisions:organisation_edit", args=[other.office.pk]) not in page
    assert reverse("divisions:organisation_edit", args=[counties[where].office.pk]) in page
