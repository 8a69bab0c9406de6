"""一小班固定的人：两个县、每个角色一名，外加青禾县的另一个镇和没有岗位的人。

名字即用法：``cast["青禾.镇窗口"]``、``cast["禾丰.县经办"]``、``cast["青禾二.镇窗口"]``（石桥镇）。
青禾县（429998）与演示数据同一个代码，禾丰县（429997）是邻县，用来试漏。
"""

from django.db import connection
from django.db.models import Model, QuerySet
from django.test import Client

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.roles import ROLES
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.divisions.models import Division, Organisation

PASSWORD = "Correct-horse-9"
COUNTY = "429998000000"
PLACES = {
    "青禾": ("429998", "青禾县", "429998101", "麦岭镇", "429998101200", "上湾村"),
    "青禾二": ("429998", "青禾县", "429998103", "石桥镇", "429998103200", "下湾村"),
    "禾丰": ("429997", "禾丰县", "429997101", "东桥镇", "429997101200", "大岗村"),
}
ORGANISATIONS = {
    "village_worker": "village_point",
    "town_window": "township_station",
    "town_surveyor": "township_station",
    "town_reviewer": "township_station",
    "verifier": "verification_centre",
    "department_officer": "department",
    "social_worker": "social_organisation",
}
ONLY_TOWN = ("village_worker", "town_window", "town_surveyor", "town_reviewer")


class WalledClient(Client):
    """浏览器：每个请求都以什么也不拥有的 ``jiuzhu_web`` 身份访问数据库，与正式运行一样。"""

    def request(self, **request: object) -> object:
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE jiuzhu_web")
        try:
            return super().request(**request)
        finally:
            if not connection.needs_rollback:
                with connection.cursor() as cursor:
                    cursor.execute("RESET ROLE")


def signed_in(user: User, post: Post | None = None) -> WalledClient:
    """已登录的浏览器；``post`` 指定所用岗位，默认第一个。"""
    client = WalledClient()
    client.force_login(user)
    if post is not None:
        session = client.session
        session["post_id"] = post.pk
        session.save()
    return client


def every[M: Model](model: type[M]) -> QuerySet[M]:
    """不论范围的全部行：测试里核对结果用。"""
    return model._default_manager.within(Scope.everything())


def make_places() -> None:
    """两县三镇三村。"""
    rows = {"420000000000": ("演示省", "province", ""), "429900000000": ("演示市", "city", "420000000000")}
    for county, county_name, town, town_name, village, village_name in PLACES.values():
        rows[county.ljust(12, "0")] = (county_name, "county", "429900000000")
        rows[town.ljust(12, "0")] = (town_name, "township", county.ljust(12, "0"))
        rows[village] = (village_name, "village", town.ljust(12, "0"))
    for code, (name, level, parent) in rows.items():
        Division.objects.get_or_create(
            code=code, defaults={"name": name, "level": level, "parent_code": parent, "origin": "demo"}
        )


def make_organisation(where: str, kind: str) -> Organisation:
    """某地某类的一个单位。"""
    county, county_name, town, town_name, village, village_name = PLACES[where]
    name, code = {
        "village_point": (f"{village_name}服务点", village),
        "township_station": (f"{town_name}社会事务办", town),
        "verification_centre": (f"{county_name}核对中心", county),
        "department": (f"{county_name}医疗保障局", county),
        "social_organisation": (f"{county_name}爱心社工中心", county),
        "county_office": (f"{county_name}民政局", county),
    }[kind]
    organisation, _ = Organisation.objects.get_or_create(
        code=f"{where}-{kind}",
        defaults={
            "name": name,
            "kind": kind,
            "department": "yibao" if kind == "department" else "minzheng",
            "division_code": code.ljust(12, "0"),
        },
    )
    return organisation


def make_person(name: str, role: str, where: str) -> User:
    """一名在岗人员；账号名即中文名。"""
    county, _, town, _, village, _ = PLACES[where]
    area = {"village": village, "township": town, "county": county}[ROLES[role].levels[0]]
    user = User.objects.create_user(name, password=PASSWORD, display_name=name)
    Post.objects.create(
        user=user,
        role=role,
        organisation=make_organisation(where, ORGANISATIONS.get(role, "county_office")),
        division_code=area.ljust(12, "0"),
    )
    return user


def make_cast() -> dict[str, User]:
    """全班：每县每个角色一人。"""
    make_places()
    people = {}
    for where in PLACES:
        for role, definition in ROLES.items():
            if where != "青禾二" or role in ONLY_TOWN:
                people[f"{where}.{definition.title}"] = make_person(f"{where}{definition.title}", role, where)
    people["没有岗位"] = User.objects.create_user("没有岗位", password=PASSWORD, display_name="没有岗位")
    return people
