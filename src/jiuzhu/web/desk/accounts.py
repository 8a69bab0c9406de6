"""演示账号：青禾县每个岗位一人，另有一人身兼两岗。口令印在启动画面上，只在演示环境开设。"""

from dataclasses import dataclass

from django.db import transaction

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.roles import ROLES
from jiuzhu.web.access.services import account_create, post_grant
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.models import Organisation

COUNTY, TOWN, VILLAGE = "429998", "429998101", "429998101200"


@dataclass(frozen=True)
class DemoPost:
    """岗位：角色、单位编码、片区。"""

    role: str
    organisation: str
    area: str


@dataclass(frozen=True)
class DemoAccount:
    """账号与口令（只用于演示），以及它的岗位。"""

    username: str
    password: str
    name: str
    posts: tuple[DemoPost, ...]


def account(username: str, tail: int, name: str, *posts: tuple[str, str, str]) -> DemoAccount:
    """口令的样子：``Qinghe-jc-2046``。"""
    return DemoAccount(username, f"Qinghe-{username[:2]}-{tail}", name, tuple(DemoPost(*post) for post in posts))


DEMO_ACCOUNTS = (
    account("jiance", 2046, "孟知秋", ("county_monitor", f"{COUNTY}-shehuijiuzhu", COUNTY)),
    account("lingdao", 7315, "田守正", ("leader", f"{COUNTY}-minzheng", COUNTY)),
    account("cunxie", 1187, "何春燕", ("village_worker", f"{VILLAGE}-point", VILLAGE)),
    account(
        "chuangkou", 5523, "罗小满",
        ("town_window", f"{TOWN}-station", TOWN), ("town_surveyor", f"{TOWN}-station", TOWN),
    ),
    account("diaocha", 6402, "秦大川", ("town_surveyor", f"{TOWN}-station", TOWN)),
    account("shenhe", 3391, "范立群", ("town_reviewer", f"{TOWN}-station", TOWN)),
    account("jingban", 8274, "苏文静", ("county_officer", f"{COUNTY}-shehuijiuzhu", COUNTY)),
    account("queren", 4650, "邱明达", ("county_approver", f"{COUNTY}-minzheng", COUNTY)),
    account("hedui", 9908, "毛细致", ("verifier", f"{COUNTY}-hedui", COUNTY)),
    account("zijin", 2761, "金算清", ("cashier", f"{COUNTY}-zijin", COUNTY)),
    account("yibao", 6139, "白惠民", ("department_officer", f"{COUNTY}-yibao", COUNTY)),
    account("jiandu", 7042, "严守约", ("supervisor", f"{COUNTY}-minzheng", COUNTY)),
    account("shegong", 3815, "乐相助", ("social_worker", f"{COUNTY}-shehui-1", COUNTY)),
    account("xitong", 5084, "管有序", ("system_admin", f"{COUNTY}-minzheng", COUNTY)),
    account("anquan", 9247, "安如山", ("security_admin", f"{COUNTY}-minzheng", COUNTY)),
    account("shenji", 1369, "明如镜", ("audit_admin", f"{COUNTY}-minzheng", COUNTY)),
)  # fmt: skip


@transaction.atomic
def demo_accounts_ensure() -> list[dict[str, str]]:
    """开好演示账号与岗位，已有的不动；返回给启动程序打印的内容。"""
    actor = Actor.system("演示准备", division_code=COUNTY.ljust(12, "0"))
    shown = []
    for item in DEMO_ACCOUNTS:
        user = User.objects.filter(username=item.username).first() or account_create(
            username=item.username,
            password=item.password,
            display_name=item.name,
            actor=actor,
            must_change_password=False,
        )
        if not Post.objects.filter(user=user).exists():
            for post in item.posts:
                post_grant(
                    user=user,
                    role=post.role,
                    organisation=Organisation.objects.get(code=post.organisation),
                    division_code=post.area.ljust(12, "0"),
                    actor=actor,
                )
        titles = "、".join(ROLES[post.role].title for post in item.posts)
        shown.append({"username": item.username, "password": item.password, "display_name": item.name, "post": titles})
    return shown
