"""人作的决定：照办、再来还认得、改了就失效、不盖过凭据、两人并作一人。"""

import polars as pl
import pytest
from tests.engine.identity.small_county import (
    AS_OF,
    CAST,
    KEY,
    LIU,
    LIU_HEAD,
    QIN,
    YE,
    YE_SON,
    code,
    county,
    filler,
    measure,
    resident,
)

from jiuzhu.demo import generate
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.identity import Decisions, link
from jiuzhu.engine.identity.decisions import ROWS, SAME, row_codes
from jiuzhu.engine.identity.keys import person_ids
from jiuzhu.engine.intake import read_folder

# 号码是叶珠雨的，姓名是同户的秦俊燕：两人都列为候选，交人工
MIXED = {"name": "秦俊燕", "id_number": YE["id_number"], "phone": "13800000000"}
PLAIN = {"name": "叶海生", "id_number": YE_SON["id_number"], "phone": None}


def decide(tables, *verdicts, same=()):
    """(来源, 行的下标, 人, 是不是) → 照此认定。"""
    rows = [(source, row_codes(source, tables[source], KEY)[at], code(who), yes) for source, at, who, yes in verdicts]
    pairs = [(code(kept), code(absorbed)) for kept, absorbed in same]
    return Decisions(pl.DataFrame(rows, schema=ROWS, orient="row"), pl.DataFrame(pairs, schema=SAME, orient="row"))


def outcome(result):
    return result.decided["outcome"].to_list()


def row_of(result, source, row=1):
    found = result.links.filter((pl.col("source") == source) & (pl.col("row") == row))
    return found.select("person_id", "method", "probability").row(0)


def test_没有决定时交人工_也不多出一张表():
    result = link(county(tekun=[MIXED]), key=KEY, as_of=AS_OF)
    assert row_of(result, "tekun") == (None, "doubtful", 0.0)
    assert set(result.doubtful["candidate"]) == {code(YE), code(QIN)}
    assert result.decided is None


def test_选了人就认他_候选表里不再有这一行():
    tables = county(tekun=[MIXED, PLAIN])
    result = link(tables, key=KEY, as_of=AS_OF, decisions=decide(tables, ("tekun", 0, QIN, True)))
    assert row_of(result, "tekun") == (code(QIN), "decided", 1.0)
    assert row_of(result, "tekun", 2) == (code(YE_SON), "exact", 1.0)
    assert result.doubtful.is_empty()
    assert outcome(result) == ["applied"]
    assert result.tables["tekun"]["person_id"][0] == code(QIN)


def test_下月同样的行再来_换了文件行号与金额也照办():
    tables = county(tekun=[MIXED])
    made = decide(tables, ("tekun", 0, QIN, True))
    later = county(tekun=[PLAIN, PLAIN, dict(MIXED, care_fee="320")])
    later["tekun"] = later["tekun"].with_columns(file=pl.lit("tekun-12.csv"))
    assert row_of(link(later, key=KEY, as_of=AS_OF, decisions=made), "tekun", 3)[:2] == (code(QIN), "decided")


@pytest.mark.parametrize("change", [{"phone": "13900000000"}, {"name": "秦俊艳"}, {"id_number": LIU["id_number"]}])
def test_身份字段改了_决定失效(change):
    made = decide(county(tekun=[MIXED]), ("tekun", 0, QIN, True))
    result = link(county(tekun=[dict(MIXED, **change)]), key=KEY, as_of=AS_OF, decisions=made)
    assert row_of(result, "tekun")[1] != "decided"
    assert outcome(result) == ["unseen"]


def test_不同来源的同样内容互不相干():
    made = decide(county(tekun=[MIXED]), ("tekun", 0, QIN, True))
    result = link(county(education=[MIXED]), key=KEY, as_of=AS_OF, decisions=made)
    assert row_of(result, "education")[1] == "doubtful"


def test_都不是_候选一个个划去():
    tables = county(tekun=[MIXED])
    both = decide(tables, ("tekun", 0, QIN, False), ("tekun", 0, YE, False))
    result = link(tables, key=KEY, as_of=AS_OF, decisions=both)
    assert row_of(result, "tekun") == (None, "unlinked", 0.0)
    assert result.doubtful.is_empty()
    one = link(tables, key=KEY, as_of=AS_OF, decisions=decide(tables, ("tekun", 0, YE, False)))
    assert one.doubtful.select("candidate", "rank").rows() == [(code(QIN), 1)]
    assert row_of(one, "tekun")[1] == "doubtful"


def test_划去机器推断的人_这一行就不认():
    broken = dict(PLAIN, id_number=YE_SON["id_number"][:9] + "7" + YE_SON["id_number"][10:])
    tables = county(tekun=[broken])
    assert row_of(link(tables, key=KEY, as_of=AS_OF), "tekun")[:2] == (code(YE_SON), "repaired")
    result = link(tables, key=KEY, as_of=AS_OF, decisions=decide(tables, ("tekun", 0, YE_SON, False)))
    assert row_of(result, "tekun") == (None, "unlinked", 0.0)


@pytest.mark.parametrize(("who", "yes"), [(LIU, True), (YE_SON, False)])
def test_不盖过凭据_只报出来(who, yes):
    tables = county(tekun=[PLAIN])
    result = link(tables, key=KEY, as_of=AS_OF, decisions=decide(tables, ("tekun", 0, who, yes)))
    assert row_of(result, "tekun") == (code(YE_SON), "exact", 1.0)
    assert outcome(result) == ["conflict"]


def test_与机器一致的_凭据仍是凭据():
    tables = county(tekun=[PLAIN])
    result = link(tables, key=KEY, as_of=AS_OF, decisions=decide(tables, ("tekun", 0, YE_SON, True)))
    assert row_of(result, "tekun")[1] == "exact"
    assert outcome(result) == ["agreed"]


def test_同一行选了两个人_都不作数():
    tables = county(tekun=[MIXED])
    made = decide(tables, ("tekun", 0, QIN, True), ("tekun", 0, YE, True))
    result = link(tables, key=KEY, as_of=AS_OF, decisions=made)
    assert row_of(result, "tekun")[1] == "doubtful"
    assert outcome(result) == ["contradictory", "contradictory"]


def test_选的人已不在总表_照机器的():
    tables = county(tekun=[MIXED])
    made = decide(tables, ("tekun", 0, resident("外地人", "19700101", 9, home="9"), True))
    result = link(tables, key=KEY, as_of=AS_OF, decisions=made)
    assert row_of(result, "tekun")[1] == "doubtful"
    assert outcome(result) == ["gone"]


def test_两人并作一人_行与亲属都改指():
    twin = resident("叶海生", "19880511", 338, home="100009")  # 同一人的另一个户口
    child = {"name": LIU["name"], "id_number": LIU["id_number"], "guardian_id_number": twin["id_number"]}
    mine = {"name": "叶海生", "id_number": twin["id_number"], "phone": None}
    tables = county([twin, *CAST, *filler()], tekun=[mine], education=[child])
    plain = link(tables, key=KEY, as_of=AS_OF)
    result = link(tables, key=KEY, as_of=AS_OF, keep_register=True, decisions=decide(tables, same=[(YE_SON, twin)]))
    assert result.people.height == plain.people.height - 1
    assert code(twin) not in result.people["person_id"]
    assert row_of(result, "tekun")[:2] == (code(YE_SON), "decided")
    assert row_of(result, "hukou")[:2] == (code(YE_SON), "decided")
    assert result.tables["education"]["guardian_person_id"][0] == code(YE_SON)
    assert result.register is not None
    assert person_ids(KEY, result.register["id"]).to_list() == result.people["person_id"].to_list()
    others = plain.links.filter(~pl.col("person_id").is_in([code(twin)]))
    assert others.equals(result.links.filter(pl.col("method") != "decided"))
    for source, table in result.tables.items():
        at = table["person"].drop_nulls()
        assert result.people["person_id"].gather(at).to_list() == table["person_id"].drop_nulls().to_list(), source


def test_连着并与绕成圈():
    tables = county()
    result = link(tables, key=KEY, as_of=AS_OF, decisions=decide(tables, same=[(YE, QIN), (QIN, LIU), (LIU, YE)]))
    assert {code(YE), code(QIN), code(LIU)} & set(result.people["person_id"]) in [{code(YE)}, {code(QIN)}, {code(LIU)}]
    assert result.people.height == link(tables, key=KEY, as_of=AS_OF).people.height - 2
    assert code(LIU_HEAD) in result.people["person_id"]


def test_编号凭密钥与内容():
    one, other = county(tekun=[MIXED])["tekun"], county(tekun=[PLAIN])["tekun"]
    assert (
        row_codes("tekun", one, KEY)[0]
        == row_codes("tekun", one.drop("phone").with_columns(phone=one["phone"]), KEY)[0]
    )
    assert row_codes("tekun", one, KEY)[0] != row_codes("tekun", other, KEY)[0]
    assert row_codes("tekun", one, KEY)[0] != row_codes("tekun", one, bytes(32))[0]
    assert row_codes("tekun", one, KEY)[0] != row_codes("dibao", one, KEY)[0]
    assert row_codes("tekun", one.clear(), KEY).is_empty()


def test_摘要只看内容不看次序():
    tables = county(tekun=[MIXED, PLAIN])
    made = decide(tables, ("tekun", 0, QIN, True), ("tekun", 1, YE, False))
    assert made.digest == Decisions(made.rows.reverse(), made.same).digest != Decisions().digest
    assert not Decisions()


@pytest.fixture(scope="module")
def harsh(tmp_path_factory):
    made = generate(tmp_path_factory.mktemp("harsh"), people=6_000, seed=5, dialect="harsh", as_of=AS_OF)
    tables = read_folder(made.files, load_catalog()).tables
    people = pl.read_parquet(made.truth / "persons.parquet", columns=["pid", "id"])
    return tables, pl.read_parquet(made.truth / "links.parquet").join(people, on="pid")


def test_照真相答完疑难行_召回上升准确不降_再算一遍一样(harsh):
    tables, truth = harsh
    plain = link(tables, key=KEY, as_of=AS_OF)
    asked = plain.doubtful.join(truth, on=["file", "row"])
    asked = asked.with_columns(same=pl.col("candidate") == person_ids(KEY, asked["id"]))
    codes = [
        table.select("file", "row", source=pl.lit(source), row_code=row_codes(source, table, KEY))
        for source, table in tables.items()
    ]
    asked = asked.join(pl.concat(codes), on=["file", "row"])
    made = Decisions(asked.select("source", "row_code", person_id="candidate", same="same").unique())
    assert made.rows.height > 20
    result = link(tables, key=KEY, as_of=AS_OF, decisions=made)
    before, after = measure(plain.links, truth), measure(result.links, truth)
    assert after[1] > before[1]
    assert after[0] >= before[0]
    assert set(result.decided["outcome"]) <= {"applied", "agreed", "contradictory"}
    answered = asked.filter("same").select("file", "row")
    got = result.links.join(answered, on=["file", "row"], how="semi")
    assert got.filter(pl.col("method") == "decided").height >= 0.95 * answered.height
    again = link(tables, key=KEY, as_of=AS_OF, decisions=Decisions(made.rows.reverse()))
    assert again.links.equals(result.links)
