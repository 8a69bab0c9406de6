"""两道墙：没有范围的查询报错；行级权限之下，裸 SQL 也只见所辖。"""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.scope import Scope, after, narrowed
from jiuzhu.web.access.scoping import ScopedManager, ScopeMissing
from jiuzhu.web.monitoring.models import HouseholdWarning, Run

from .cast import COUNTY, every

OTHER_COUNTY = "429997000000"
VILLAGES = ("429998101200", "429998103200", "429997101200")
READS: list[Callable[[models.QuerySet], object]] = [
    list,
    lambda rows: rows.count(),
    lambda rows: rows.exists(),
    lambda rows: rows.first(),
    lambda rows: rows.get(pk=1),
    lambda rows: list(rows.iterator()),
    lambda rows: list(rows.values("pk")),
    lambda rows: rows.aggregate(models.Max("pk")),
    lambda rows: rows.filter(pk=1).update(score=1),
    lambda rows: rows.filter(pk=1).delete(),
    lambda rows: list(User.objects.filter(pk__in=rows.values("pk"))),
    lambda rows: rows[0],
    lambda rows: rows.in_bulk([1]),
]


@pytest.fixture
def warnings(db: None) -> list[HouseholdWarning]:
    """三个村各一条预警。"""
    made = []
    for number, village in enumerate(VILLAGES, start=1):
        run, _ = Run.objects.within(Scope.everything()).get_or_create(
            division_code=village[:6].ljust(12, "0"), defaults={"number": number, "status": "done"}
        )
        made.append(
            HouseholdWarning.objects.create(
                run=run, warning_id=f"W{number}", household_id=f"H{number}", band="red", band_order=1, score=20,
                members=2, village_code=village, division_code=village, township_code=village[:9],
            )
        )  # fmt: skip
    return made


def raw(statement: str, scope: Scope) -> list[tuple]:
    """以网页身份、在某个范围下执行裸 SQL。"""
    with transaction.atomic(), scope.applied(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE jiuzhu_web")
        cursor.execute(statement)
        rows = cursor.fetchall()
        cursor.execute("RESET ROLE")
    return rows


@pytest.mark.parametrize("read", READS)
def test_没有范围的查询一取数就报错(read: Callable[[models.QuerySet], object], db: None) -> None:
    with pytest.raises(ScopeMissing):
        read(HouseholdWarning.objects.all())


def test_反向关联也要先说明范围(warnings: list[HouseholdWarning]) -> None:
    with pytest.raises(ScopeMissing):
        list(warnings[0].run.warnings.all())
    assert warnings[0].run.warnings.within(Scope.everything()).count() == 2


@pytest.mark.parametrize(
    ("areas", "seen"),
    [
        (("429998",), {"H1", "H2"}),
        (("429998101",), {"H1"}),
        (("429998103200",), {"H2"}),
        (("429997",), {"H3"}),
        (("429998101", "429997"), {"H1", "H3"}),
        (("42",), {"H1", "H2", "H3"}),
        (("42999810",), {"H1", "H2"}),
        ((), set()),
    ],
)
def test_两道墙所见相同(warnings: list[HouseholdWarning], areas: tuple[str, ...], seen: set[str]) -> None:
    scope = Scope(areas=areas)
    assert {row.household_id for row in HouseholdWarning.objects.within(scope)} == seen
    assert {row[0] for row in raw("SELECT household_id FROM monitoring_householdwarning", scope)} == seen


def test_乡镇看得到本县的监测_看不到邻县的(warnings: list[HouseholdWarning]) -> None:
    assert raw("SELECT division_code FROM monitoring_run", Scope(areas=("429998101",))) == [(COUNTY,)]
    assert raw("SELECT division_code FROM monitoring_run", Scope(areas=("429997101200",))) == [(OTHER_COUNTY,)]
    assert len(raw("SELECT division_code FROM monitoring_run", Scope(areas=("42",)))) == 2


def test_没有设定范围的连接什么也看不到(warnings: list[HouseholdWarning]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE jiuzhu_web")
        cursor.execute("SELECT count(*) FROM monitoring_householdwarning")
        assert cursor.fetchone() == (0,)
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE monitoring_householdwarning SET score = 0 WHERE household_id = 'H3' RETURNING id",
        "DELETE FROM monitoring_householdwarning WHERE household_id = 'H3' RETURNING id",
    ],
)
def test_改不了删不掉别处的(warnings: list[HouseholdWarning], statement: str) -> None:
    assert raw(statement, Scope(areas=("429998101",))) == []
    assert every(HouseholdWarning).get(household_id="H3").score == 20


def test_不能把别处的户写进来(warnings: list[HouseholdWarning]) -> None:
    move = "UPDATE monitoring_householdwarning SET division_code = '429997101200' WHERE household_id = 'H1' RETURNING 1"
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        raw(move, Scope(areas=("429998101",)))


def test_范围模型都有行级权限() -> None:
    scoped = {model._meta.db_table for model in apps.get_models() if isinstance(model._default_manager, ScopedManager)}
    placed = {
        model._meta.db_table
        for model in apps.get_models()
        if {"household", "person", "person_id", "household_id"} & {field.name for field in model._meta.get_fields()}
    }
    assert placed <= scoped
    assert len(scoped) >= 4


@pytest.mark.django_db
def test_行级权限在数据库里开着() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity")
        walled = {name for (name,) in cursor.fetchall()}
    scoped = {model._meta.db_table for model in apps.get_models() if isinstance(model._default_manager, ScopedManager)}
    assert scoped <= walled


@pytest.mark.django_db
def test_网页角色什么也不拥有_绕不过策略() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname='jiuzhu_web'"
        )
        assert cursor.fetchone() == (False, False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = 'jiuzhu_web'")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM pg_auth_members WHERE member = 'jiuzhu_web'::regrole")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE monitoring_run DISABLE ROW LEVEL SECURITY",
        "DROP TABLE monitoring_run",
        "DELETE FROM django_migrations",
        "UPDATE audit_entry SET reason = ''",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
    ],
)
def test_网页角色做不到的事(db: None, statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE jiuzhu_web")
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(statement)
        cursor.execute("RESET ROLE")


def test_岗位的范围由角色决定(cast: dict[str, User]) -> None:
    def scope(name: str) -> Scope:
        return Post.objects.get(user=cast[name]).scope()

    assert scope("青禾.县经办").areas == ("429998",)
    assert scope("青禾.镇窗口").areas == ("429998101",)
    assert scope("青禾.村协理员").areas == ("429998101200",)
    department = scope("青禾.部门经办")
    assert (department.areas, department.organisation_id is None) == ((), False)
    for name in ("系统管理员", "安全管理员", "审计管理员"):
        assert (scope(f"青禾.{name}").areas, scope(f"青禾.{name}").organisation_id) == ((), None)


def test_收窄不会变宽() -> None:
    scope = Scope(areas=("429998",))
    assert narrowed(scope, ["429998101", "429997"]).areas == ("429998101",)
    assert (after("429998"), after("099"), after("429998199")) == ("429999", "100", "429998200")
