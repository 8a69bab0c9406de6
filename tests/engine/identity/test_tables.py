"""输出的各表:列齐全、无敏感字段、每行一条、重复行、亲属、人与户。"""

from datetime import date

import polars as pl
import pytest
from tests.engine.identity.small_county import (
    AS_OF,
    CAST,
    FAN,
    KEY,
    LIU,
    LIU_HEAD,
    NORTH,
    QIN,
    YE,
    YE_SON,
    code,
    county,
    filler,
    linked,
    number,
    resident,
)

from jiuzhu.engine.identity import link
from jiuzhu.engine.identity.errors import IdentityProblem
from jiuzhu.engine.identity.output import DOUBTFUL, LINKS, SENSITIVE

CHILD = {
    "name": "刘浩晨",
    "id_number": LIU["id_number"],
    "guardian_id_number": LIU_HEAD["id_number"],
    "school": "南岭乡小学",
    "stage": "小学",
}


@pytest.fixture(scope="module")
def result():
    broken_head = YE["id_number"][:9] + "7" + YE["id_number"][10:]
    dibao = [
        {"name": "秦俊燕", "id_number": QIN["id_number"], "head_id_number": YE["id_number"], "phone": "13800000000"},
        {"name": "叶海生", "id_number": YE_SON["id_number"], "head_id_number": broken_head, "phone": "13800000000"},
        {"name": "秦俊燕", "id_number": QIN["id_number"], "head_id_number": YE["id_number"], "phone": "13800000000"},
        {"name": "查无此人", "id_number": None, "head_id_number": None, "phone": None},
    ]
    return linked(county(dibao=dibao, education=[CHILD]))


def test_每个接受的行一条(result):
    assert result.links.height == sum(table.height for table in result.tables.values())
    assert result.links.select("file", "row").is_unique().all()
    assert dict(result.links.schema) == LINKS
    assert dict(result.doubtful.schema) == DOUBTFUL


def test_未认定的人为空概率为零(result):
    empty = result.links.filter(pl.col("method").is_in(["unlinked", "doubtful"]))
    assert empty.height == 1
    assert empty["person_id"].null_count() == 1
    assert empty["probability"].to_list() == [0.0]


def test_没有敏感字段也没有号码(result):
    for table in [*result.tables.values(), result.people, result.links, result.doubtful]:
        assert not SENSITIVE & set(table.columns)
        text = table.select(pl.col(pl.String)).drop("file", strict=False)
        for column in text.get_columns():
            assert not column.str.contains(r"^[1-9][0-9]{16}[0-9Xx]$").fill_null(False).any()


def test_重复行(result):
    assert result.tables["dibao"]["duplicate"].to_list() == [False, False, True, False]


def test_重复行只看同一文件():
    tables = county(education=[CHILD, CHILD])
    other = tables["education"].with_columns(file=pl.Series(["a.csv", "b.csv"]))
    assert not linked({**tables, "education": other}).tables["education"]["duplicate"].any()


def test_户主与监护人(result):
    assert result.tables["dibao"]["head_person_id"].to_list() == [code(YE), code(YE), code(YE), None]
    assert result.tables["education"]["guardian_person_id"].to_list() == [code(LIU_HEAD)]


def test_户主号码写错而当事人不在那一户_不硬认():
    broken = YE["id_number"][:9] + "7" + YE["id_number"][10:]
    row = {"name": "刘浩晨", "id_number": LIU["id_number"], "head_id_number": broken}
    assert linked(county(dibao=[row])).tables["dibao"]["head_person_id"].to_list() == [None]


def test_人与户(result):
    people = result.people
    assert people.columns == [
        "person_id",
        "household_id",
        "village_code",
        "alive",
        "sex",
        "birth_date",
        "relation",
        "status",
        "status_date",
        "registered",
    ]
    assert people["person_id"].is_unique().all()
    home = dict(people.select("person_id", "household_id").iter_rows())
    assert home[code(YE)] == home[code(QIN)] == home[code(YE_SON)] != home[code(LIU)]
    dead = people.filter(~pl.col("alive"))
    assert dead["person_id"].to_list() == [code(FAN)]
    assert people.filter(pl.col("person_id") == code(YE))["birth_date"].item() == date(1961, 10, 22)


@pytest.mark.parametrize(
    ("status", "alive"),
    [
        ("死亡", False),
        ("注销-死亡", False),
        ("已故", False),
        ("迁出", True),
        ("正常", True),
        ("注销(出国)", True),
        (None, True),
    ],
)
def test_在世(status, alive):
    one = resident("某人", "19500101", 111, home="400001", status=status)
    people = linked(county([*CAST, one])).people
    assert people.filter(pl.col("person_id") == code(one))["alive"].item() is alive


def test_地名(result):
    place = result.places.filter(pl.col("village_code") == NORTH)
    assert place.rows() == [(NORTH, "安澜县", "南岭乡", "北湾村")]


def test_户籍中同一号码两行_取正常的一行():
    moved = dict(YE, status="迁出", household_number="999999", village_code="420999103207")
    result = linked(county([moved, *CAST]))
    mine = result.people.filter(pl.col("person_id") == code(YE))
    assert mine["village_code"].to_list() == [NORTH]
    rows = result.links.filter((pl.col("source") == "hukou") & (pl.col("person_id") == code(YE)))
    assert rows["method"].to_list() == ["register", "register"]


def test_户籍中同一号码两个姓名_后者不认():
    clash = dict(YE, name="孙大圣", status="迁出")
    result = linked(county([clash, *CAST]))
    assert result.links.filter((pl.col("source") == "hukou") & (pl.col("row") == 1))["method"].item() == "unlinked"


def test_户籍中没有号码的行不认():
    baby = dict(LIU, id_number=None, name="刘小宝")
    result = linked(county([baby, *CAST, *filler()]))
    first = result.links.filter((pl.col("source") == "hukou") & (pl.col("row") == 1))
    assert first.select("person_id", "method").row(0) == (None, "unlinked")


def test_不在册的户主也成一人():
    head = number("19700101", 555, area="420106")
    row = {"name": "外来户", "id_number": number("19720202", 556, area="420106"), "head_id_number": head}
    people = linked(county(dibao=[row])).people.filter(~pl.col("registered"))
    assert people.height == 2
    assert people["household_id"].n_unique() == 1


def test_空表与缺列():
    empty = {
        "hukou": pl.DataFrame(schema={"file": pl.String, "row": pl.Int64, "name": pl.String, "id_number": pl.String})
    }
    result = link({**empty, "tekun": empty["hukou"]}, key=KEY, as_of=AS_OF)
    assert result.people.is_empty()
    assert result.links.is_empty()
    assert set(result.tables) == {"hukou", "tekun"}


def test_密钥不合要求():
    with pytest.raises(IdentityProblem):
        link(county(), key=b"", as_of=AS_OF)


def test_各步有进度():
    steps: list[str] = []
    link(county(), key=KEY, as_of=AS_OF, progress=steps.append)
    assert steps == ["整理户籍", "按号码认人", "处理疑难行", "写出结果"]
