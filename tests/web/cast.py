"""一小班固定的人：两个县、每个角色一名，外加青禾县的另一个镇和没有岗位的人。

名字即用法：``cast["青禾.镇窗口"]``、``cast["禾丰.县经办"]``、``cast["青禾二.镇窗口"]``（石桥镇）。
青禾县（429998）与演示数据同一个代码，禾丰县（429997）是邻县，用来试漏。
"""

from collections.abc import Iterable

from django.contrib.auth.hashers import make_password
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
    """两县三镇三村；已有的不动。"""
    rows = {"420000000000": ("演示省", "province", ""), "429900000000": ("演示市", "city", "420000000000")}
    for county, county_name, town, town_name, village, village_name in PLACES.values():
        rows[county.ljust(12, "0")] = (county_name, "county", "429900000000")
        rows[town.ljust(12, "0")] = (town_name, "township", county.ljust(12, "0"))
        rows[village] = (village_name, "village", town.ljust(12, "0"))
    Division.objects.bulk_create(
        [
            Division(code=code, name=name, level=level, parent_code=parent, origin="demo")
            for code, (name, level, parent) in rows.items()
        ],
        ignore_conflicts=True,
    )


def make_organisation(where: str, kind: str) -> Organisation:
    """某地某类的一个单位。"""
    return make_organisations([(kind, where)])[kind, where]


def make_organisations(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Organisation]:
    """几个单位，按（类别，地方）；已有的不动。"""
    drawn = {office: draw_organisation(*office) for office in wanted}
    Organisation.objects.bulk_create(drawn.values(), ignore_conflicts=True)
    found = {row.code: row for row in Organisation.objects.filter(code__in=[row.code for row in drawn.values()])}
    return {office: found[row.code] for office, row in drawn.items()}


def draw_organisation(kind: str, where: str) -> Organisation:
    county, county_name, town, town_name, village, village_name = PLACES[where]
    name, code = {
        "village_point": (f"{village_name}服务点", village),
        "township_station": (f"{town_name}社会事务办", town),
        "verification_centre": (f"{county_name}核对中心", county),
        "department": (f"{county_name}医疗保障局", county),
        "social_organisation": (f"{county_name}爱心社工中心", county),
        "county_office": (f"{county_name}民政局", county),
    }[kind]
    return Organisation(
        code=f"{where}-{kind}",
        name=name,
        kind=kind,
        department="yibao" if kind == "department" else "minzheng",
        division_code=code.ljust(12, "0"),
    )


def make_person(name: str, role: str, where: str) -> User:
    """一名在岗人员；账号名即中文名。"""
    user = User.objects.create_user(name, password=PASSWORD, display_name=name)
    Post.objects.create(user=user, role=role, organisation=_organisation(role, where), division_code=_area(role, where))
    return user


def _organisation(role: str, where: str) -> Organisation:
    return make_organisation(where, ORGANISATIONS.get(role, "county_office"))


def _area(role: str, where: str) -> str:
    county, _, town, _, village, _ = PLACES[where]
    return {"village": village, "township": town, "county": county}[ROLES[role].levels[0]].ljust(12, "0")


def make_cast() -> dict[str, User]:
    """全班：每县每个角色一人。几千个测试都要用，所以成批地造。"""
    make_places()
    seats = {
        f"{where}.{definition.title}": (role, where)
        for where in PLACES
        for role, definition in ROLES.items()
        if where != "青禾二" or role in ONLY_TOWN
    }
    password = make_password(PASSWORD)
    names = {name: name.replace(".", "") for name in seats} | {"没有岗位": "没有岗位"}
    users = User.objects.bulk_create(
        [User(username=name, display_name=name, password=password) for name in names.values()]
    )
    people = dict(zip(names, users, strict=True))
    offices = {(ORGANISATIONS.get(role, "county_office"), where) for role, where in seats.values()}
    found = make_organisations(sorted(offices))
    Post.objects.bulk_create(
        [
            Post(
                user=people[name],
                role=role,
                organisation=found[ORGANISATIONS.get(role, "county_office"), where],
                division_code=_area(role, where),
            )
            for name, (role, where) in seats.items()
        ]
    )
    return people
