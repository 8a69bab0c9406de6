"""几个人同时办：两个人同时点一户的单只有一张，同时接单只有一个接到；两道墙。"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from tests.web.cast import every

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.documents.models import Upload
from jiuzhu.web.documents.services import UploadedContent, upload_store
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.orders import services
from jiuzhu.web.orders.models import Measure, Order, OrderPart
from jiuzhu.web.process.models import Event
from jiuzhu.web.registry.models import EconomySnapshot, Household, Visit
from jiuzhu.web.registry.services import report_submit

from .conftest import Desk, make_desk, task_of, walled


def both(*acts: Callable[[], Any]) -> list[Any]:
    """各在各的连接里同时办；办不成的给出错误代码。"""

    def run(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except ServiceError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [job.result(timeout=60) for job in [pool.submit(run, act) for act in acts]]


@pytest.fixture
def desk_now(transactional_db: None, tmp_path: Any) -> Desk:
    """真的提交了的一桌人。"""
    from tests.web.cast import make_cast
    from tests.web.registry.county import make_county

    people: dict[str, User] = make_cast()
    return make_desk(make_county(tmp_path / "out"), people)


def test_同一户同时点单_只有一张(desk_now: Desk) -> None:
    found = both(
        *(lambda key=key: desk_now.open(source_key=key, needs=desk_now.needs[:1]).pk for key in ("1", "2", "1"))
    )
    assert len(set(found)) == 1
    assert every(Order).count() == 1


def test_两个人同时接单_一个接到_一个得知已办(desk_now: Desk) -> None:
    order = desk_now.open(needs=desk_now.needs[:1])
    take = task_of(order, "take").pk
    found = both(*(lambda: desk_now.act("部门经办", services.part_accept, task_id=take) for _ in range(2)))
    assert found.count("task_closed") == 1
    assert every(Event).filter(instance=order.instance, kind="completed", task_id=take).count() == 1


def rows(scope: Scope, table: str) -> int:
    """第二道墙：不经模型，直接数这个范围在库里看得到几行。"""
    with walled(scope), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def test_两道墙_各单位只看自己那一份(desk_of: Desk) -> None:
    order = desk_of.open()
    yibao, window = desk_of["部门经办"].scope, desk_of["镇窗口"].scope
    for scope, parts in ((yibao, 1), (window, 2), (desk_of["禾丰.镇窗口"].scope, 0), (desk_of["系统管理员"].scope, 0)):
        assert OrderPart.objects.within(scope).count() == parts
        assert rows(scope, "orders_orderpart") == parts
    assert rows(desk_of["教育经办"].scope, "orders_order") == 1
    assert rows(desk_of["社会组织"].scope, "orders_order") == rows(desk_of["禾丰.部门经办"].scope, "orders_order") == 0
    assert order.household is not None
    assert Household.objects.within(yibao).count() == rows(yibao, "registry_household") == 1
    assert EconomySnapshot.objects.within(yibao).count() == rows(yibao, "registry_economysnapshot") == 0
    assert Visit.objects.within(yibao).count() == rows(yibao, "registry_visit") == 0
    assert EconomySnapshot.objects.within(window).count() == rows(window, "registry_economysnapshot") > 0


def test_措施的材料别的单位看不到_单上的看得到(desk_of: Desk) -> None:
    order = desk_of.open(needs=desk_of.needs[:1])
    desk_of.act("部门经办", services.part_accept, task_id=task_of(order, "take").pk)
    part = every(OrderPart).get()

    def put(who: str, kind: str, key: int) -> Upload:
        file = UploadedContent("说明.txt", f"{who}的说明".encode())
        return desk_of.act(
            who, upload_store, file=file, kind="other", subject=(kind, str(key)), division_code=order.division_code
        )

    put("镇窗口", "orders.order", order.pk)
    put("部门经办", "orders.part", part.pk)
    for who, kinds in {
        "部门经办": {"orders.order", "orders.part"}, "镇窗口": {"orders.order", "orders.part"}, "教育经办": set(), "社会组织": set(),
    }.items():  # fmt: skip
        scope = desk_of[who].scope
        with walled(scope):
            assert set(Upload.objects.within(scope).values_list("subject_kind", flat=True)) == kinds, who
        assert rows(scope, "documents_upload") == len(kinds)


def test_上报转来的_照片随单给承办单位看(desk_of: Desk) -> None:
    from uuid import uuid4

    worker = desk_of["村协理员"]
    report = desk_of.act(
        "村协理员",
        report_submit,
        form_key=uuid4(),
        name="石望春",
        division_code="429998101200",
        needs=["illness"],
        words="住院",
    )
    with walled(worker.scope):
        upload_store(
            file=UploadedContent("说明.txt", "病历".encode()), kind="other", subject=("registry.report", str(report.pk)),
            division_code=report.division_code, **worker.who,
        )  # fmt: skip
    assert rows(desk_of["部门经办"].scope, "documents_upload") == 0
    order = desk_of.open(household=None, report=report, origin="field", needs=desk_of.needs[:1])
    assert rows(desk_of["部门经办"].scope, "documents_upload") == 1
    assert rows(desk_of["教育经办"].scope, "documents_upload") == 0
    with walled(desk_of["部门经办"].scope):
        seen = Order.objects.within(desk_of["部门经办"].scope).select_related("report", "household").get()
        assert seen.who == "石**"
    assert desk_of.open(household=None, report=report, origin="field", needs=[]) == order
    assert not every(Measure).exists()
