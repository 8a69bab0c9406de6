"""核验：没动过的不冤枉，动过的找得到、说得准。"""

from datetime import timedelta

import pytest
from django.utils import timezone

from jiuzhu.web.audit.chain import link
from jiuzhu.web.audit.checking import SealRow, Trouble, verify
from jiuzhu.web.audit.models import Entry, Seal
from jiuzhu.web.audit.services import seal_make

from .conftest import Tamper, write

pytestmark = pytest.mark.django_db

COPIED = ("at, actor_id, actor_name, post_id, post, organisation, address, request_id, action, subject_kind, "
          "subject_key, subject_label, task, reason, division_code")  # fmt: skip


def found(lane: int) -> list[tuple[str, int | None]]:
    """这条分链上的问题：种类与序号；整体核验与单核一条要说的一样。"""
    whole = [trouble for trouble in verify().troubles if trouble.lane == lane]
    assert whole == verify(lane=lane).troubles
    return [(trouble.kind, trouble.seq) for trouble in whole]


@pytest.fixture
def lane() -> int:
    """写好十条的一条分链。"""
    return write(10)[0].lane


def test_没动过(lane: int) -> None:
    report = verify()
    assert (report.entries, report.lanes, report.troubles) == (10, 64, [])


def test_空的也核得过() -> None:
    assert verify().troubles == []


def test_改正文(lane: int, tamper: Tamper) -> None:
    tamper(f"UPDATE audit_entry SET body = replace(body, '\"n\":4', '\"n\":5') WHERE lane = {lane} AND seq = 5")
    assert found(lane) == [("changed", 5)]


def test_改正文_连摘要一起改_后一条接不上(lane: int, tamper: Tamper) -> None:
    entry = Entry.objects.get(lane=lane, seq=5)
    body = entry.body.replace('"n":4', '"n":5')
    digest = link(bytes(entry.previous), body).hex()
    tamper(f"UPDATE audit_entry SET body = '{body}', digest = '\\x{digest}' WHERE lane = {lane} AND seq = 5")
    assert found(lane) == [("broken", 6)]


@pytest.mark.parametrize(
    "change",
    [
        "reason = '改'",
        "actor_id = 8",
        "at = at + interval '1 second'",
        "post_id = NULL",
        "division_code = '429997000000'",
        "division_code = ''",
    ],
)
def test_改列(lane: int, tamper: Tamper, change: str) -> None:
    tamper(f"UPDATE audit_entry SET {change} WHERE lane = {lane} AND seq = 3")
    assert found(lane) == [("column", 3)]


def test_添归属地之前写的_照样核得过_补不上(tamper: Tamper) -> None:
    """那时的正文没有这个键；列是空的。谁后来往列里填，看得出。"""
    entry = Entry.objects.get(pk=write(1)[0].pk)
    body = entry.body.replace('"division_code":"429998000000",', "")
    assert body != entry.body
    digest = link(bytes(entry.previous), body).hex()
    tamper(
        f"UPDATE audit_entry SET body = '{body}', digest = '\\x{digest}', division_code = ''",
        f"UPDATE audit_lane SET head = '\\x{digest}' WHERE lane = {entry.lane}",
    )
    assert verify().troubles == []
    tamper("UPDATE audit_entry SET division_code = '429997000000'")
    assert "归属地与正文不符" in str(verify().troubles[0])


def test_删中间一条(lane: int, tamper: Tamper) -> None:
    tamper(f"DELETE FROM audit_entry WHERE lane = {lane} AND seq = 4")
    assert found(lane) == [("gap", 5)]
    assert "缺第 4 条" in str(verify().troubles[0])


def test_删末尾(lane: int, tamper: Tamper) -> None:
    tamper(f"DELETE FROM audit_entry WHERE lane = {lane} AND seq > 8")
    assert found(lane) == [("tail", 8)]
    assert "缺第 9 条至第 10 条" in str(verify().troubles[0])


def test_全删(lane: int, tamper: Tamper) -> None:
    tamper(f"DELETE FROM audit_entry WHERE lane = {lane}")
    assert found(lane) == [("tail", None)]


def test_两条对调(lane: int, tamper: Tamper) -> None:
    one, other = Entry.objects.get(lane=lane, seq=3), Entry.objects.get(lane=lane, seq=7)
    tamper(*(
        f"UPDATE audit_entry SET body = '{source.body}', previous = '\\x{bytes(source.previous).hex()}', "
        f"digest = '\\x{bytes(source.digest).hex()}' WHERE lane = {lane} AND seq = {target.seq}"
        for source, target in ((one, other), (other, one))
    ))  # fmt: skip
    kinds = found(lane)
    assert {("broken", 3), ("broken", 7), ("column", 3), ("column", 7)} <= set(kinds)


def test_末尾伪造一条(lane: int, tamper: Tamper) -> None:
    last = Entry.objects.get(lane=lane, seq=10)
    body = last.body.replace('"seq":10', '"seq":11')
    digest = link(bytes(last.digest), body).hex()
    tamper(
        f"INSERT INTO audit_entry (lane, seq, {COPIED}, body, previous, digest) SELECT lane, 11, {COPIED}, '{body}', "
        f"digest, '\\x{digest}' FROM audit_entry WHERE lane = {lane} AND seq = 10"
    )
    assert found(lane) == [("head", 11)]


@pytest.mark.parametrize("place", ["99, 1", "{lane}, 0"])
def test_伪造在链外(lane: int, tamper: Tamper, place: str) -> None:
    where = place.format(lane=lane)
    tamper(
        f"INSERT INTO audit_entry (lane, seq, {COPIED}, body, previous, digest) SELECT {where}, {COPIED}, body, "
        f"previous, digest FROM audit_entry WHERE lane = {lane} AND seq = 1"
    )
    assert [(trouble.kind, trouble.lane, trouble.seq) for trouble in verify().troubles] == [
        ("stray", *(int(part) for part in where.split(",")))
    ]


def test_中间插一条_后面的顺移(lane: int, tamper: Tamper) -> None:
    tamper(
        f"UPDATE audit_entry SET seq = seq + 1000 WHERE lane = {lane} AND seq > 5",
        f"UPDATE audit_entry SET seq = seq - 999 WHERE lane = {lane} AND seq > 1000",
        f"INSERT INTO audit_entry (lane, seq, {COPIED}, body, previous, digest) "
        f"SELECT lane, 6, {COPIED}, body, previous, digest FROM audit_entry WHERE lane = {lane} AND seq = 5",
    )
    assert found(lane)[0] == ("broken", 6)


def test_调低链头(lane: int, tamper: Tamper) -> None:
    tamper(f"UPDATE audit_lane SET seq = 9 WHERE lane = {lane}")
    assert found(lane) == [("head", 10)]


def test_链头删掉(lane: int, tamper: Tamper) -> None:
    tamper(f"DELETE FROM audit_lane WHERE lane = {lane}")
    assert found(lane) == [("lane", None)]


def test_截尾并调低链头_封条看得出(lane: int, tamper: Tamper) -> None:
    seal_make()
    tamper(*cut(lane, 6))
    assert ("tail", 10) in found(lane)


def test_封条也删掉_外面留的封条看得出(lane: int, tamper: Tamper) -> None:
    kept = row(seal_make(), "留底")
    tamper(*cut(lane, 6), "DELETE FROM audit_seal")
    assert not [trouble for trouble in verify().troubles if trouble.lane == lane]
    kinds = {(trouble.kind, trouble.lane, trouble.seq) for trouble in verify(kept=[kept]).troubles}
    assert kinds == {("seal", None, None), ("tail", lane, 10)}


def test_封条正文改得读不懂_照样核得出(lane: int, tamper: Tamper) -> None:
    seal_make()
    tamper("UPDATE audit_seal SET body = '乱写'")
    assert [trouble.kind for trouble in verify().troubles] == ["seal"]
    assert Seal.objects.get().heads() == {}


def test_封条被改被抽(lane: int, tamper: Tamper) -> None:
    now = timezone.now()
    for day in (3, 2, 1, 0):
        seal_make(now=now - timedelta(days=day))
    _first, second, *_ = Seal.objects.order_by("day")
    tamper(f"DELETE FROM audit_seal WHERE day = '{second.day}'", "UPDATE audit_seal SET body = body || ' '")
    assert len(verify().troubles) == 4
    assert any("接不上" in str(trouble) for trouble in verify().troubles)


def test_只核封条以后的(lane: int, tamper: Tamper) -> None:
    seal = row(seal_make(), "封条")
    write(5)
    report = verify(since=seal.heads())
    assert (report.entries, report.troubles) == (6, [])  # 加封也记一条
    entry = Entry.objects.order_by("-seq").first()
    assert entry is not None
    tamper(f"UPDATE audit_entry SET reason = '改' WHERE lane = {entry.lane} AND seq = {entry.seq}")
    assert [trouble.kind for trouble in verify(since=seal.heads()).troubles] == ["column"]


def test_说得出时间与位置() -> None:
    at = timezone.make_aware(timezone.datetime(2026, 11, 5, 9, 3, 7))  # type: ignore[attr-defined]
    assert str(Trouble("gap", "前面缺第 2 条", 12, 3, at)) == "第 12 链第 3 条（2026年11月5日 09:03:07）：前面缺第 2 条"


def cut(lane: int, keep: int) -> tuple[str, str]:
    """截尾，并把链头改得天衣无缝。"""
    return (
        f"DELETE FROM audit_entry WHERE lane = {lane} AND seq > {keep}",
        (
            f"UPDATE audit_lane SET seq = {keep}, head = (SELECT digest FROM audit_entry WHERE lane = {lane} "
            f"AND seq = {keep}) WHERE lane = {lane}"
        ),
    )


def row(seal: Seal, where: str) -> SealRow:
    """封条，当作外面留的一份。"""
    return SealRow(seal.day.isoformat(), bytes(seal.previous), bytes(seal.digest), seal.body, where)
