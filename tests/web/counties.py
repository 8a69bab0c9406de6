"""两个县里供管理员下手的各样东西：试邻县的管理员办不办得到。"""

from dataclasses import dataclass

from django.utils import timezone

from jiuzhu.web.access.models import Post, User
from jiuzhu.web.divisions.models import Division, DivisionChange, ImportFile, Organisation
from jiuzhu.web.monitoring.models import Run

from .cast import PLACES, every, make_organisation

NEIGHBOUR = {"青禾": "禾丰", "禾丰": "青禾"}
SYSTEM, SECURITY, MONITOR = "系统管理员", "安全管理员", "县监测员"
REASON = {"reason": "试一试"}


@dataclass(frozen=True)
class County:
    """一个县里供人下手的各样东西。"""

    where: str
    person: User
    post: Post
    village: Division
    office: Organisation
    upload: ImportFile
    run: Run

    @property
    def code(self) -> str:
        """六位代码。"""
        return PLACES[self.where][0]

    def keys(self, name: str) -> list[object]:
        """某个网址里的编号。"""
        own = {
            "access:post_end": [self.person.pk, self.post.pk],
            "divisions:correct": [self.village.pk],
            "divisions:organisation_edit": [self.office.pk],
            "divisions:organisation_close": [self.office.pk],
            "monitoring:run_progress": [self.run.number],
        }
        if name in own:
            return own[name]
        if name.startswith("divisions:import_"):
            return [self.upload.pk]
        return [self.person.pk] if name.startswith("access:") else []


def make_county(cast: dict[str, User], where: str, number: int) -> County:
    """锁着、停着的人也各有办法，这里只要一个在用的县经办。"""
    person = cast[f"{where}.县经办"]
    code, village = PLACES[where][0], PLACES[where][4]
    return County(
        where,
        person,
        person.posts.get(),
        Division.objects.get(code=village),
        make_organisation(where, "department"),
        ImportFile.objects.create(
            kind="divisions",
            name=f"{where}的区划.csv",
            division_code=code.ljust(12, "0"),
            content=f"代码,名称\n{code}101300,新立村\n".encode(),
        ),
        every(Run).create(
            number=number,
            division_code=code.ljust(12, "0"),
            status=Run.Status.FAILED,
            folder=f"/{where}的文件夹",
            out_dir=f"/{where}的结果",
            error_text=f"{where}的文件读不了",
            started_at=timezone.now(),
        ),
    )


def make_counties(cast: dict[str, User]) -> dict[str, County]:
    """两个县。"""
    return {where: make_county(cast, where, number) for number, where in enumerate(NEIGHBOUR, start=1)}


def office_fields(county: County, **changed: object) -> dict[str, object]:
    """机构表单的各项。"""
    office = county.office
    fields = {
        "name": office.name, "code": office.code, "kind": office.kind, "department": office.department,
        "division_code": office.division_code, "valid_from": "2020-01-01", "phone": "0712-7654321",
    }  # fmt: skip
    return fields | changed


def facts() -> list[object]:
    """管理员改得到的全部。"""
    return [
        list(User.objects.order_by("pk").values("pk", "username", "password", "is_active", "locked_until")),
        list(Post.objects.order_by("pk").values()),
        list(Division.objects.order_by("pk").values()),
        list(DivisionChange.objects.order_by("pk").values()),
        list(Organisation.objects.order_by("pk").values()),
        list(ImportFile.objects.order_by("pk").values("pk")),
    ]
