"""认人：拿不准的行进认人台；认定、两人复核、撤销；下次监测照办。"""

from pathlib import Path

import polars as pl
import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings
from tests.web.cast import every
from tests.web.registry.acting import actor, scope
from tests.web.registry.county import make_county as make_registry

from jiuzhu.engine.identity.keys import person_ids
from jiuzhu.keys import read_identity_key
from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.exchange import selectors, services
from jiuzhu.web.exchange.models import MatchDecision, MatchRow
from jiuzhu.web.exchange.selectors import matching
from jiuzhu.web.ground.errors import Conflict, NotAllowed, ServiceError
from jiuzhu.web.registry.models import Person
from jiuzhu.web.registry.services.merging import merge_confirm, merge_propose, merge_undo

from .desk_batches import COUNTY
from .match_county import MIXED, PLAIN, QIN, YE, MatchCounty, make_county

TAX = {
    "name": "秦俊燕",
    "id_number": YE["id_number"],
    "tax_year": "2025",
    "income_item": "工资薪金",
    "yearly_income": "100",
}


@pytest.fixture
def county(cast: dict[str, User], tmp_path: Path, settings: Settings) -> MatchCounty:
    """特困名单（涉及在册对象）与纳税（不涉及），各有一行写错了家人的号码；已监测一次。"""
    settings.HOME, settings.KEY_FILE = tmp_path, tmp_path / "identity.key"
    made = make_county(tmp_path, tekun=[MIXED, PLAIN])
    made.run()
    return made


def code(person: dict[str, object], settings: Settings) -> str:
    return str(person_ids(read_identity_key(settings.KEY_FILE), pl.Series([person["id_number"]]))[0])


def row() -> MatchRow:
    return every(MatchRow).get()


def linked(out: Path, file: str, number: int) -> tuple[str | None, str]:
    links = pl.read_parquet(out / "links.parquet")
    found = links.filter((pl.col("file") == file) & (pl.col("row") == number))
    return found.select("person_id", "method").row(0)


def decide(user: User, person_id: str) -> MatchDecision:
    return services.match_decide(match=row(), person_id=person_id, actor=actor(user))


def test_拿不准的进来_两边的内容加密(county: MatchCounty, settings: Settings) -> None:
    match = row()
    assert (match.source, match.row, match.rows, match.on_list, match.run_number) == ("tekun", 1, 1, True, 1)
    people = {each.person_id: each.facts["name"] for each in match.candidates.within(Scope.everything())}
    assert people == {code(YE, settings): "叶珠雨", code(QIN, settings): "秦俊燕"}
    assert match.facts["id_number"] == YE["id_number"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(m)::text || row_to_json(c)::text FROM exchange_matchrow m, exchange_matchcandidate c"
        )
        text = "".join(each for (each,) in cursor.fetchall())
    assert YE["id_number"] not in text
    assert "秦俊燕" not in text


def test_涉及在册对象_两人同意才生效_下次照办(county: MatchCounty, cast: dict[str, User], settings: Settings) -> None:
    made = decide(cast["青禾.县经办"], code(QIN, settings))
    assert made.state == "waiting"
    assert not selectors.linkage_decisions(COUNTY)
    with pytest.raises(NotAllowed):
        services.match_agree(decision=made, actor=actor(cast["青禾.县经办"]))
    agreed = services.match_agree(decision=made, actor=actor(cast["青禾.核对中心"]))
    assert agreed.state == "effective"
    with pytest.raises(Conflict):
        services.match_agree(decision=made, actor=actor(cast["青禾.县监测员"]))
    out = county.run(whole=True)
    assert linked(out, county.batches[1].file_name, 1) == (code(QIN, settings), "decided")
    made.refresh_from_db()
    assert (made.outcome, made.outcome_run) == ("applied", 2)
    assert row().settled_at is not None


def test_数据库也不许一人包办(county: MatchCounty, cast: dict[str, User], settings: Settings) -> None:
    made = decide(cast["青禾.县经办"], code(QIN, settings))
    with pytest.raises(IntegrityError), transaction.atomic():
        every(MatchDecision).filter(pk=made.pk).update(agreed_by=cast["青禾.县经办"])
    with pytest.raises(IntegrityError), transaction.atomic():
        MatchDecision.objects.create(match=row(), division_code=COUNTY, by_name="另一条")


def test_不同意_回到待认_留痕(county: MatchCounty, cast: dict[str, User], settings: Settings) -> None:
    made = decide(cast["青禾.县经办"], code(YE, settings))
    who = scope(cast["青禾.县监测员"])
    assert (matching.queue(who).count(), matching.waiting(who).count()) == (0, 1)
    with pytest.raises(ServiceError, match="理由"):
        services.match_refuse(decision=made, reason="", actor=actor(cast["青禾.核对中心"]))
    services.match_refuse(decision=made, reason="村里说是妻子", actor=actor(cast["青禾.核对中心"]))
    assert (matching.queue(who).count(), matching.waiting(who).count()) == (1, 0)
    assert every(MatchDecision).get().state == "refused"
    decide(cast["青禾.核对中心"], code(QIN, settings))
    assert [each.state for each in matching.decisions(who)] == ["waiting", "refused"]


def test_撤销之后_下次不再照办(county: MatchCounty, cast: dict[str, User], settings: Settings) -> None:
    made = decide(cast["青禾.县经办"], code(QIN, settings))
    services.match_agree(decision=made, actor=actor(cast["青禾.核对中心"]))
    county.run()
    with pytest.raises(ServiceError, match="理由"):
        services.match_undo(decision=made, reason="", actor=actor(cast["青禾.县经办"]))
    services.match_undo(decision=made, reason="核实后是另一人", actor=actor(cast["青禾.县经办"]))
    assert matching.queue(scope(cast["青禾.县经办"])).count() == 1
    assert linked(county.run(), county.batches[1].file_name, 1) == (None, "doubtful")
    with pytest.raises(Conflict):
        services.match_undo(decision=made, reason="再撤一次吧", actor=actor(cast["青禾.县经办"]))


def test_自己刚按错的_撤销不必写理由(county: MatchCounty, cast: dict[str, User], settings: Settings) -> None:
    made = decide(cast["青禾.县经办"], code(QIN, settings))
    with pytest.raises(ServiceError):
        services.match_undo(decision=made, reason="", actor=actor(cast["青禾.县监测员"]))
    assert services.match_undo(decision=made, reason="", actor=actor(cast["青禾.县经办"])).undo_reason == "刚刚按错"


def test_都不是_下次不认也不再问(county: MatchCounty, cast: dict[str, User], settings: Settings) -> None:
    made = decide(cast["青禾.县经办"], "")
    services.match_agree(decision=made, actor=actor(cast["青禾.核对中心"]))
    out = county.run()
    assert linked(out, county.batches[1].file_name, 1) == (None, "unlinked")
    assert row().settled_at is not None


def test_都不是之后又有新候选_再问一次(county: MatchCounty, cast: dict[str, User], settings: Settings) -> None:
    made = decide(cast["青禾.县经办"], "")
    services.match_agree(decision=made, actor=actor(cast["青禾.核对中心"]))
    every(MatchDecision).filter(pk=made.pk).update(rejected=[code(YE, settings)])  # 当时还没有秦俊燕这个候选
    county.run()
    assert matching.queue(scope(cast["青禾.县经办"])).count() == 1
    again = decide(cast["青禾.县经办"], "")
    assert set(again.rejected) == {code(YE, settings), code(QIN, settings)}
    assert every(MatchDecision).filter(undone_at=None).count() == 1


def test_只认候选里的_别人认过的不能再认(county: MatchCounty, cast: dict[str, User], settings: Settings) -> None:
    with pytest.raises(ServiceError, match="不在候选里"):
        decide(cast["青禾.县经办"], "P" + "A" * 16)
    decide(cast["青禾.县经办"], code(QIN, settings))
    with pytest.raises(Conflict):
        decide(cast["青禾.县监测员"], code(YE, settings))


def test_不涉及在册对象的一人即可_同样的行只问一次(cast: dict[str, User], tmp_path: Path, settings: Settings) -> None:
    settings.HOME, settings.KEY_FILE = tmp_path, tmp_path / "identity.key"
    county = make_county(tmp_path, tax_income=[TAX, {**TAX, "tax_year": "2024"}, {**TAX, "yearly_income": "7"}])
    county.run()
    match = row()
    assert (match.rows, match.on_list) == (3, False)
    assert decide(cast["青禾.县监测员"], code(QIN, settings)).state == "effective"
    out = county.run()
    assert {linked(out, county.batches[1].file_name, each) for each in (1, 2, 3)} == {(code(QIN, settings), "decided")}


def test_再监测一次_待认的不重复(county: MatchCounty) -> None:
    first = row().pk
    county.run()
    assert row().pk == first
    assert row().run_number == 2
    assert row().candidates.within(Scope.everything()).count() == 2


def test_改好的行不再拿不准(county: MatchCounty, cast: dict[str, User]) -> None:
    county.batches[1] = county.add("tekun", [{**MIXED, "id_number": QIN["id_number"]}, PLAIN])
    county.batches.pop()
    county.run()
    assert row().settled_at is not None


def test_审计里没有姓名号码(county: MatchCounty, cast: dict[str, User], settings: Settings) -> None:
    decide(cast["青禾.县经办"], code(QIN, settings))
    bodies = "".join(Entry.objects.filter(action__startswith="exchange.match").values_list("body", flat=True))
    assert "第 1 行" in bodies
    assert "秦俊燕" not in bodies
    assert str(YE["id_number"]) not in bodies


def test_对象库里确认了的合并也交给引擎_撤销了的不交(cast: dict[str, User], tmp_path: Path) -> None:
    make_registry(tmp_path / "out").load(1)
    kept, absorbed = every(Person).filter(division_code__startswith=COUNTY[:6]).order_by("pk")[:2]
    merge = merge_propose(kept=kept, absorbed=absorbed, reason="村里证明是同一人", actor=actor(cast["青禾.县经办"]))
    assert selectors.linkage_decisions(COUNTY).same.is_empty()
    merge_confirm(merge=merge, actor=actor(cast["青禾.县监测员"]))
    assert selectors.linkage_decisions(COUNTY).same.rows() == [(kept.person_id, absorbed.person_id)]
    assert not selectors.linkage_decisions("429997000000")
    merge.refresh_from_db()
    merge_undo(merge=merge, actor=actor(cast["青禾.县经办"]), reason="核实后是两个人")
    assert selectors.linkage_decisions(COUNTY).same.is_empty()
