"""交给后台：登记在当前的事务里，在后台进程里也是。"""

from pathlib import Path

import pytest
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.testing import InMemoryConnector

import jiuzhu.web
from jiuzhu.web.ground.jobs import defer


@pytest.mark.django_db(transaction=True)
def test_没有提交就没有交出去() -> None:
    with app.replace_connector(InMemoryConnector()):  # 后台进程里，app 走的是它自己的连接
        with transaction.atomic():
            kept = defer("monitoring_matches", queue="monitoring", run_id=1)
        with transaction.atomic():
            lost = defer("monitoring_matches", queue="monitoring", run_id=2)
            transaction.set_rollback(True)
    assert ProcrastinateJob.objects.filter(pk=kept, queue_name="monitoring", args={"run_id": 1}).exists()
    assert not ProcrastinateJob.objects.filter(pk=lost).exists()


def test_各部分都经这里交给后台() -> None:
    web = Path(jiuzhu.web.__path__[0])
    direct = [path.name for path in web.rglob("*.py") if ".configure_task(" in path.read_text("utf-8")]
    assert direct == ["jobs.py"], "直接用 app 交的，在后台进程里不随事务"
