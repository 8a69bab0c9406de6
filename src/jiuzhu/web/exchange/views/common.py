"""报送各页共用：权限、所在的县、部门报哪些来源。"""

from collections.abc import Callable

from django.contrib.auth.decorators import permission_required
from django.db.models import Q, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.divisions.codes import full_code
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.exchange import selectors
from jiuzhu.web.exchange.models import Batch
from jiuzhu.web.exchange.models.batch import State
from jiuzhu.web.exchange.selectors.board import seen_sources
from jiuzhu.web.exchange.sources import department_of, title_of
from jiuzhu.web.ground.errors import NotAllowed

View = Callable[..., HttpResponseBase]
viewer: Callable[[View], View] = permission_required("exchange.view_batch", raise_exception=True)
sender: Callable[[View], View] = permission_required("exchange.add_batch", raise_exception=True)
setter: Callable[[View], View] = permission_required("exchange.change_source", raise_exception=True)
withdrawer: Callable[[View], View] = permission_required("exchange.withdraw_batch", raise_exception=True)


def county_of(request: StaffRequest) -> str:
    """当前岗位在哪个县，十二位。"""
    if request.post is None:
        raise NotAllowed("您现在没有岗位，不能办理。")
    return full_code(request.post.division_code[:6])


def sender_of(request: StaffRequest) -> Organisation | None:
    """以哪个单位的名义报：部门经办是本单位；县里的人代报，归来源自己的单位。"""
    if request.post is None or request.scope.covers(county_of(request)):
        return None
    return request.post.organisation


def source_keys(request: StaffRequest) -> list[str]:
    """看得到、报得了的来源。"""
    return [source.key for source in seen_sources(request.scope, county_of(request))]


def batch_or_404(request: StaffRequest, pk: int) -> Batch:
    """范围之内的一批。"""
    batch = selectors.batch(request.scope, pk)
    if batch is None:
        raise Http404("没有这一批")
    return named(batch)


def drafts(request: StaffRequest) -> QuerySet[Batch]:
    """自己报的与没有人报的，待确认，先来的在前。"""
    rows = Batch.objects.within(request.scope).filter(Batch.state_filter(State.DRAFT))
    mine = Q(by_id=request.actor.user_id) | Q(by=None)
    return rows.filter(mine).select_related("organisation", "received").order_by("number")


def named(batch: Batch) -> Batch:
    """补上来源的名称与部门。"""
    batch.title, batch.department = title_of(batch.source), department_of(batch.source)
    return batch
