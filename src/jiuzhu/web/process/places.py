"""由哪个单位办：按定义里的 ``where`` 与泳道，在区划之内找。"""

from jiuzhu.web.access.models import Post
from jiuzhu.web.access.roles import ROLES
from jiuzhu.web.access.selectors import today
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.divisions.selectors import organisations, path_of
from jiuzhu.web.ground.errors import ServiceError

from .definition import Node
from .definition.model import WIDTHS
from .models import Instance, Scope


class NoOrganisation(ServiceError):
    """流程要走到的单位不存在。"""

    code = "no_organisation"
    status = 409


class Places:
    """找承办单位。一个对象管一批：同样的问题只查一次，用完就丢，不留在进程里。"""

    def __init__(self) -> None:
        self._seated: dict[tuple[int, str], Organisation] = {}
        self._found: dict[tuple[str, str, str], Organisation | None] = {}
        self._organisations: dict[int, Organisation | None] = {}

    def seat_for(self, instance: Instance, scope: Scope, node: Node) -> tuple[Organisation | None, str]:
        """承办单位与角色；不由人办的步骤没有。"""
        if not node.role:
            return None, ""
        if node.where == "chosen":
            chosen = _chosen(scope, node)
            role = node.role_at(chosen.kind)
            return self.seated(chosen, role), role
        if node.where == "initiator":
            return _initiator(instance, node)
        lane = instance.process.lane(node.lane)
        area = instance.division_code[: WIDTHS[node.where]]
        found = self._first(area, lane.organisation, lane.department)
        if found is None:
            kind = dict(Organisation.Kind.choices).get(lane.organisation, lane.title)
            raise NoOrganisation(
                f"“{node.title}”应由{path_of(area)}的{kind}办理，可是那里没有登记这样的单位。请系统管理员在“机构”里补上。"
            )
        return self.seated(found, node.role), node.role

    def seated(self, organisation: Organisation, role: str) -> Organisation:
        """坐着这个岗位的单位：本单位没有人任这个岗位，而它的内设股室有，就由股室办。"""
        key = (organisation.pk, role)
        if key not in self._seated:
            self._seated[key] = _seated(organisation, role)
        return self._seated[key]

    def organisation(self, pk: int) -> Organisation | None:
        """在用的单位；停用的、没有的为空。"""
        if pk not in self._organisations:
            self._organisations[pk] = Organisation.objects.filter(pk=pk, is_active=True).first()
        return self._organisations[pk]

    def _first(self, area: str, kind: str, department: str) -> Organisation | None:
        key = (area, kind, department)
        if key not in self._found:
            self._found[key] = organisations(area=area, kind=kind, department=department).order_by("code").first()
        return self._found[key]


def seated(organisation: Organisation, role: str) -> Organisation:
    """坐着这个岗位的单位（见 ``Places.seated``）。"""
    return _seated(organisation, role)


def _seated(organisation: Organisation, role: str) -> Organisation:
    posts = Post.objects.filter(today(), role=role, user__is_active=True)
    if posts.filter(organisation=organisation).exists():
        return organisation
    inner = posts.filter(organisation__parent=organisation, organisation__is_active=True)
    post = inner.select_related("organisation").order_by("organisation__code").first()
    return post.organisation if post else organisation


def _chosen(scope: Scope, node: Node) -> Organisation:
    current: Scope | None = scope
    while current is not None:
        if current.organisation is not None:
            return current.organisation
        current = current.parent
    raise NoOrganisation(f"“{node.title}”没有选定由哪个部门办理。")


def _initiator(instance: Instance, node: Node) -> tuple[Organisation, str]:
    """发起单位不是泳道那一类时（如县里发起），由发起人的角色办。"""
    if instance.first_organisation is None:
        raise NoOrganisation(f"“{node.title}”应由发起单位办理，可是没有记下发起单位。")
    lane = instance.process.lane(node.lane)
    same = instance.first_organisation.kind == lane.organisation
    return instance.first_organisation, node.role if same else instance.first_role or node.role


def role_title(code: str) -> str:
    """角色的名称。"""
    return ROLES[code].title if code in ROLES else code
