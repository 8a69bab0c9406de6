"""规则手册各页共用：权限、取版本、页面框架的内容。"""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import render

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.policies import selectors
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.rulebook.lazily import checking
from jiuzhu.web.policies.rulebook_forms import department_choices

View = Callable[..., HttpResponse]
viewer: Callable[[View], View] = permission_required("policies.view_rulebook", raise_exception=True)
changer: Callable[[View], View] = permission_required("policies.change_rulebook", raise_exception=True)
publisher: Callable[[View], View] = permission_required("policies.publish_rulebook", raise_exception=True)

TABS = (
    ("rulebook", "概况"),
    ("rulebook_indicators", "指标"),
    ("rulebook_programmes", "救助项目"),
    ("rulebook_parameters", "参数"),
    ("rulebook_bands", "区间与指数"),
    ("rulebook_findings", "数据发现"),
    ("rulebook_cases", "用例"),
    ("rulebook_diff", "对照"),
)


def version_of(request: StaffRequest, pk: int) -> RulebookVersion:
    """本县的一个版本；没有则 404。"""
    version = selectors.rulebook_version(request.scope, pk)
    if version is None:
        raise Http404("没有这个版本")
    return version


def draft_of(request: StaffRequest, pk: int) -> RulebookVersion:
    """还能改的版本；不能改的说明为什么。"""
    version = version_of(request, pk)
    if not version.can_edit:
        raise Conflict(f"{version}{version.state.label}，不能再改。要改请另建一个草稿。", code="not_draft")
    return version


def page(
    request: StaffRequest, template: str, version: RulebookVersion, tab: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """放进框架里：版本、各栏、查错的结果、能不能改。"""
    editable = version.can_edit and request.user.has_perm("policies.change_rulebook")
    frame = {
        "version": version,
        "tabs": [(f"policies:{name}", title, name == tab) for name, title in TABS],
        "checked": checking.checked(version.files),
        "editable": editable and request.scope.covers(version.division_code),
    }
    return render(request, template, {**frame, **context}, status=status)


def departments_of(version: RulebookVersion) -> list[tuple[str, str]]:
    """部门选项；本县没有登记单位的写明。"""
    rows = Organisation.objects.filter(division_code__startswith=version.division_code[:6], is_active=True)
    return department_choices(version.files, set(rows.exclude(department="").values_list("department", flat=True)))


def rule_help(files: Mapping[str, str]) -> dict[str, Any]:
    """写规则的帮手：可用的名称。"""
    return {"rule_names": checking.all_names(files)}
