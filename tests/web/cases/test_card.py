"""读证：号码怎么认，看到什么，谁不能看，号码不留痕迹。"""

import pytest
from django.urls import reverse
from tests.web.cast import every, signed_in
from tests.web.registry.acting import actor

from jiuzhu.web.access.models import User
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.cases.numbers import id_number_in
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.registry.models import Household, Person

SOUND = "11010519491231002X"
CARD = reverse("cases:card")


@pytest.mark.parametrize(
    "text",
    [SOUND, SOUND.lower(), f" {SOUND}\r\n", "１１０１０５１９４９１２３１００２Ｘ", "110105 1949 1231 002X", f"姓名|{SOUND}|有效期20260101",
     f"https://x.gov.cn/c?no={SOUND}&t=1"],
)  # fmt: skip
def test_读卡器扫码枪手输都认得(text: str) -> None:
    assert id_number_in(text) == SOUND


def test_十五位升成十八位() -> None:
    assert id_number_in("110105491231002") == "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "code"),
    [("张三", "no_number"), ("110105194912310021", "bad_number"), ("110105194913310025", "bad_number"),
     (f"{SOUND} 110105194912310038", "several_numbers")],
)  # fmt: skip
def test_错的号码说清错在哪里(text: str, code: str) -> None:
    with pytest.raises(ServiceError) as caught:
        id_number_in(text)
    assert caught.value.code == code


def test_读证看到这一家能享什么(ready: dict[str, User], home: Household, head: Person) -> None:
    client = signed_in(ready["青禾.镇窗口"])
    answer = client.post(CARD, {"card": head.id_number})
    assert answer.status_code == 302
    assert str(head.id_number) not in answer["Location"]
    page = client.get(answer["Location"]).content.decode()
    assert head.name not in page
    assert str(head.id_number) not in page
    assert "工资性收入" in page
    fits = client.get(reverse("cases:fits", args=[home.household_id])).content.decode()
    assert "您家" in fits
    assert "最低生活保障" in fits
    assert fits.index("符合") < fits.index("项不符合")
    assert "社会救助法第18条" in fits
    rest = client.get(f"{reverse('cases:fits', args=[home.household_id])}?rest=1").content.decode()
    assert "眼下不符合" in rest
    assert "您家符合" not in rest


def test_读证记审计写事由而没有号码(ready: dict[str, User], head: Person) -> None:
    user = ready["青禾.镇窗口"]
    signed_in(user).post(CARD, {"card": head.id_number})
    entry = Entry.objects.filter(action="cases.card_read").latest("pk")
    assert entry.reason == "申请"
    assert entry.actor_name == actor(user).name
    assert str(head.id_number) not in str(entry.__dict__)
    assert head.name not in str(entry.__dict__)


def test_别的镇的人读不到(ready: dict[str, User], head: Person, home: Household) -> None:
    client = signed_in(ready["青禾二.镇窗口"])
    answer = client.post(CARD, {"card": head.id_number})
    assert answer.status_code == 404
    assert home.household_id not in answer.content.decode()
    assert client.get(reverse("cases:household", args=[home.household_id])).status_code == 404
    assert client.get(reverse("cases:fits", args=[home.household_id])).status_code == 404


@pytest.mark.parametrize("who", ["青禾.部门经办", "青禾.系统管理员", "青禾.镇审核负责人", "没有岗位"])
def test_不受理的岗位不能读证(ready: dict[str, User], who: str, home: Household) -> None:
    client = signed_in(ready[who])
    assert client.get(CARD).status_code == 403
    assert client.get(reverse("cases:household", args=[home.household_id])).status_code == 403


def test_查询次数有界(ready: dict[str, User], home: Household, django_assert_max_num_queries: object) -> None:
    client = signed_in(ready["青禾.镇窗口"])
    path = reverse("cases:household", args=[home.household_id])
    client.get(path)
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        client.get(path)
    assert every(Household).filter(pk=home.pk).exists()


def test_户籍里没有的照证件登记_接着能申请(ready: dict[str, User]) -> None:
    client = signed_in(ready["青禾.镇窗口"])
    page = client.post(CARD, {"card": SOUND})
    assert page.status_code == 404
    assert "照证件登记" in page.content.decode()
    form = {"card": SOUND, "name": "赵某某", "division_code": "429998101200", "address": "租住"}
    path = reverse("cases:stranger")
    assert client.post(path, form | {"name": ""}).status_code == 400
    assert client.post(path, form | {"division_code": "429998103200"}).status_code == 400
    answer = client.post(path, form)
    assert answer.status_code == 302
    assert SOUND not in answer["Location"]
    made = every(Person).get(name="赵某某")
    assert (made.sex, str(made.birth_date), made.household.kind) == ("女", "1949-12-31", "reported")
    shown = client.get(answer["Location"]).content.decode()
    assert "赵**" in shown
    fits = client.get(reverse("cases:fits", args=[made.household.household_id])).content.decode()
    assert "最近一次监测的数据里没有这一户" in fits
    assert f'value="gaoling|{made.person_id}"' in fits
    start = reverse("cases:start", args=[made.household.household_id])
    opened = client.post(start, {"applicant": made.person_id, "programme": "linshi_xiaoe|"})
    assert "有没有一样实在拿不出钱" in client.get(opened["Location"]).content.decode()
    assert client.post(path, form).status_code == 409
    assert client.post(CARD, {"card": SOUND}).status_code == 302
