"""由哪个单位办：按定义里的 ``where`` 与泳道，在区划之内找。"""

from jiuzhu.web.access.roles import ROLES
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


def seat_for(instance: Instance, scope: Scope, node: Node) -> tuple[Organisation | None, str]:
    """承办单位与角色；不由人办的步骤没有。"""
    if not node.role:
        return None, ""
    if node.where == "chosen":
        return _chosen(scope, node), node.role
    if node.where == "initiator":
        return _initiator(instance, node)
    lane = instance.process.lane(node.lane)
    area = instance.division_code[: WIDTHS[node.where]]
    found = organisations(area=area, kind=lane.organisation, department=lane.department).order_by("code").first()
    if found is None:
        kind = dict(Organisation.Kind.choices).get(lane.organisation, lane.title)
        raise NoOrganisation(
            f"“{node.title}”应由{path_of(area)}的{kind}办理，可是那里没有登记这样的单位。请系统管理员在“机构”里补上。"
        )
    return found, node.role


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
