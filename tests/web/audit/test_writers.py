"""二十个人同时写，有的反悔：不丢、不重、不断。"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from jiuzhu.web.audit.checking import verify
from jiuzhu.web.audit.models import Entry, Lane
from jiuzhu.web.audit.services import record

from .conftest import ACTION, TASK, ZHANG

WRITERS, EACH = 20, 50


def work(number: int, start: Barrier) -> int:
    """写五十次，每三次反悔一次，每七次只反悔到保存点；返回留下的条数。"""
    kept = 0
    try:
        start.wait()
        for turn in range(EACH):
            with transaction.atomic():
                record(actor=ZHANG, action=ACTION, subject=TASK, after={"writer": number, "turn": turn})
                if turn % 7 == 0:
                    with transaction.atomic():
                        record(actor=ZHANG, action=ACTION, subject=TASK, reason="反悔")
                        transaction.set_rollback(True)
                if turn % 3 == 0:
                    transaction.set_rollback(True)
                else:
                    kept += 1
    finally:
        connection.close()
    return kept


@pytest.mark.django_db(transaction=True)
def test_二十个写者() -> None:
    start = Barrier(WRITERS)
    with ThreadPoolExecutor(WRITERS) as pool:
        kept = sum(pool.map(work, range(WRITERS), [start] * WRITERS))
    report = verify()
    assert report.troubles == []
    assert report.entries == Entry.objects.count() == kept
    assert sum(Lane.objects.values_list("seq", flat=True)) == kept
    assert not Entry.objects.filter(reason="反悔").exists()


@pytest.mark.django_db(transaction=True)
def test_有人占着的分链_别人不等它() -> None:
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        mine = record(actor=ZHANG, action=ACTION, subject=TASK)
        assert pool.submit(work, 1, Barrier(1)).result(timeout=10) == 33
        assert not Entry.objects.filter(lane=mine.lane).exclude(pk=mine.pk).exists()
    assert verify().troubles == []


@pytest.mark.django_db(transaction=True)
def test_六十四条全忙时等着_不出错() -> None:
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('audit_lane'), n) FROM generate_series(0, 63) AS n")
        waiting = pool.submit(work, 1, Barrier(1))
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.5)
        transaction.set_rollback(True)
    assert waiting.result(timeout=10) == 33
    assert verify().troubles == []
