"""建一个县的区划与机构：演示县与测试里的邻县都从这里来。可重复执行，已有的不动。"""

from dataclasses import dataclass

from django.db import transaction

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.divisions.codes import full_code
from jiuzhu.web.divisions.departments import ALL, Department
from jiuzhu.web.divisions.models import Division, Organisation
from jiuzhu.web.divisions.places import new_division

from .organisations import organisation_code
from .writing import lock

Kind = Organisation.Kind
MINZHENG = "minzheng"
# 名称不是“县名＋部门全称”的
SPECIAL = {
    "tuanwei": "共青团{county}委员会",
    "shuiwu": "国家税务总局{county}税务局",
    "jiwei": "{county}纪委监委",
    "jinrong": "{county}金融机构协查窗口",
    "gongyong": "{county}公用事业协查窗口",
}


@dataclass(frozen=True)
class Township:
    """一个乡镇：九位片区、名称、各村（十二位代码 → 名称）。"""

    area: str
    name: str
    villages: dict[str, str]


@dataclass(frozen=True)
class County:
    """一个县：六位片区、名称、它之上的（片区 → 名称）、乡镇、社会组织的名称。"""

    area: str
    name: str
    above: dict[str, str]
    townships: tuple[Township, ...]
    social: tuple[str, ...] = ()


@transaction.atomic
def county_ensure(*, county: County, actor: Actor, origin: str = Division.Origin.DEMO) -> int:
    """建好这个县的区划与机构，返回新建的行数。

    机构：县政府，民政局及其救助股、资金股、核对中心，部门字典里的每个部门，一乡一站、一村一点，社会组织。
    编码见 ``organisation_code``：``429998-minzheng``、``429998-shehuijiuzhu``、``429998101-station`` …
    """
    lock()
    made = _divisions(county, origin) + _offices(county) + _stations(county)
    if made:
        record(
            actor=actor,
            action="divisions.county_ensure",
            subject=Subject(kind="divisions.division", key=full_code(county.area), label=county.name),
            after={"created": made},
        )
    return made


def _divisions(county: County, origin: str) -> int:
    wanted = {**county.above, county.area: county.name}
    for township in county.townships:
        wanted |= {township.area: township.name, **township.villages}
    named = {full_code(area): name for area, name in wanted.items()}
    known = set(Division.objects.filter(code__in=named).values_list("code", flat=True))
    rows = [new_division(code, name, origin=origin) for code, name in named.items() if code not in known]
    Division.objects.bulk_create(rows)
    return len(rows)


def _offices(county: County) -> int:
    code = full_code(county.area)
    made = _add(
        [
            _organisation(code, "zhengfu", f"{county.name}人民政府", Kind.COUNTY_OFFICE, short_name="县政府"),
            *(_department(county, department) for department in ALL),
            *(
                _organisation(code, f"shehui-{number}", name, Kind.SOCIAL_ORGANISATION)
                for number, name in enumerate(county.social, start=1)
            ),
        ]
    )
    bureau = Organisation.objects.get(code=organisation_code(code, MINZHENG))
    name = bureau.name
    rooms = [
        _organisation(code, "shehuijiuzhu", f"{name}社会救助股", Kind.BUREAU_UNIT, short_name="社会救助股"),
        _organisation(code, "zijin", f"{name}财务股", Kind.BUREAU_UNIT, short_name="财务股"),
        _organisation(
            code,
            "hedui",
            f"{county.name}居民家庭经济状况核对中心",
            Kind.VERIFICATION_CENTRE,
            short_name="核对中心",
        ),
    ]
    for room in rooms:
        room.parent, room.department = bureau, MINZHENG
    return made + _add(rooms)


def _department(county: County, department: Department) -> Organisation:
    name = SPECIAL.get(department.code, f"{{county}}{department.name}").format(county=county.name)
    kind = Kind.COUNTY_OFFICE if department.code == MINZHENG else Kind.DEPARTMENT
    return _organisation(
        full_code(county.area),
        department.code,
        name,
        kind,
        short_name=f"县{department.name}" if department.code not in SPECIAL else department.name,
        department=department.code,
    )


def _stations(county: County) -> int:
    made = _add(
        [
            _organisation(
                full_code(township.area),
                "station",
                f"{township.name}社会救助工作站",
                Kind.TOWNSHIP_STATION,
                short_name=f"{township.name}工作站",
            )
            for township in county.townships
        ]
    )
    stations = {
        row.division_code: row
        for row in Organisation.objects.filter(
            kind=Kind.TOWNSHIP_STATION, code__startswith=county.area, code__endswith="-station"
        )
    }
    points = []
    for township in county.townships:
        for code, name in township.villages.items():
            point = _organisation(code, "point", f"{township.name}{name}社会救助服务点", Kind.VILLAGE_POINT)
            point.short_name, point.parent = f"{name}服务点", stations[full_code(township.area)]
            points.append(point)
    return made + _add(points)


def _organisation(division_code: str, what: str, name: str, kind: str, **fields: str) -> Organisation:
    code = organisation_code(division_code, what)
    return Organisation(code=code, name=name, kind=kind, division_code=division_code, **fields)


def _add(rows: list[Organisation]) -> int:
    """编码还没有的才建。"""
    known = set(Organisation.objects.filter(code__in=[row.code for row in rows]).values_list("code", flat=True))
    new = [row for row in rows if row.code not in known]
    Organisation.objects.bulk_create(new)
    return len(new)
