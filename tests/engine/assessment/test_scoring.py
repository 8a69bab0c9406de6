"""全县打分与逐户求值同一结果:人级规则用到户级事实、分城乡的参数,小数分值,未知。"""

import json
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from jiuzhu.engine.assessment import Assessor, assess_household, load_rulebook
from jiuzhu.engine.assessment.frames import Frames
from jiuzhu.engine.assessment.marking import Marking
from jiuzhu.engine.assessment.rulebook import Rulebook, rulebook_folder
from jiuzhu.engine.facts import DICTIONARY, FactTables
from jiuzhu.engine.parameters import on_day
from jiuzhu.engine.warehouse import Warehouse

DAY = date(2026, 10, 31)
EXTRA = """
- {code: SY-01, name: 养老金低于低保标准, level: 人, when: 月养老金 < 低保标准 and 老年人, points: 1.5, departments: [民政局], basis: 试验}
- {code: SY-02, name: 低收入户的学生, level: 人, when: 在校 and 月人均核定收入 < 低保标准, points: 2, departments: [教育局], basis: 试验}
"""
KINDS = {"number": pl.Float64(), "bool": pl.Boolean(), "text": pl.String(), "date": pl.Date()}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """默认手册,另加两条少见写法的指标。"""
    folder = Path(shutil.copytree(rulebook_folder("default"), tmp_path_factory.mktemp("book") / "本县"))
    with (folder / "indicators" / "1_population.yaml").open("a", encoding="utf-8") as file:
        file.write(EXTRA)
    return load_rulebook(str(folder))


def frame(level: str, keys: dict[str, list[object]], values: dict[str, list[object]]) -> pl.DataFrame:
    """某一层级的事实宽表:没给的事实全部未知。"""
    size = len(next(iter(keys.values())))
    facts = {name: fact for name, fact in DICTIONARY.facts.items() if fact.level == level}
    columns = [pl.Series(name, values.get(name, [None] * size), dtype=KINDS[fact.kind]) for name, fact in facts.items()]
    return pl.DataFrame({**{key: pl.Series(value) for key, value in keys.items()}}).with_columns(columns)


HOUSEHOLDS = frame(
    "household",
    {"household": [0, 1, 2, 3], "village_code": ["420999101005", "420999101205", "420999101205", None]},
    {
        "城乡": ["城", "乡", "乡", None],
        "家庭人口数": [2.0, 2.0, 1.0, 1.0],
        "月人均核定收入": [700.0, 700.0, None, 100.0],
        "无劳动力户": [True, False, True, None],
        "户有低保": [False, True, False, None],
        "家庭汽车数": [0.0, 1.0, None, 0.0],
        "金融资产折合低保月数": [1.0, 30.0, 2.0, None],
    },
)
PERSONS = frame(
    "person",
    {"person": [0, 1, 2, 3, 4, 5], "household": [0, 0, 1, 1, 2, 3]},
    {
        "在世": [True] * 6,
        "老年人": [True, False, True, None, True, True],
        "月养老金": [700.0, 0.0, 700.0, 100.0, None, 100.0],
        "在校": [False, True, False, True, False, False],
        "患重病": [True, False, None, False, True, False],
    },
)


def test_两种算法逐户相同(book: Rulebook) -> None:
    parameters = on_day(book.parameters, DAY)
    assessor = Assessor(book, parameters)
    with Warehouse.open() as warehouse:
        facts = FactTables(warehouse.put("persons", PERSONS), warehouse.put("households", HOUSEHOLDS))
        queried = warehouse.fetch(assessor.scores(facts)).sort("household")
        listed = warehouse.fetch(assessor.hits(facts)), warehouse.fetch(assessor.limit_hits(facts))
    frames, marking = Frames(PERSONS, HOUSEHOLDS), Marking(book, parameters)
    marked = marking.marks(frames)
    assert marked.scores.equals(queried.select(marked.scores.columns), null_equal=True)
    for mine, theirs in zip((marked.hits, marking.limit_hits(frames)), listed, strict=True):
        assert mine.height
        assert set(mine.rows()) == set(theirs.select(mine.columns).rows())
        assert mine.height == theirs.height
    scores, hits = marked.scores.to_dicts(), marked.hits.to_dicts()
    for row, household in zip(scores, HOUSEHOLDS.to_dicts(), strict=True):
        members = PERSONS.filter(pl.col("household") == household["household"]).to_dicts()
        told = assess_household(book, parameters, household, members)
        assert row["score"] == pytest.approx(told.score)
        assert row["band"] == (told.band.band if told.band else None)
        assert row["poverty_index"] == told.indices["poverty_index"]
        expected = {
            (o.indicator.code, None if o.person is None else members[o.person]["person"])
            for o in told.outcomes
            if o.hit
        }
        assert {(h["indicator"], h["person"]) for h in hits if h["household"] == row["household"]} == expected


def test_分城乡的参数按户所在的城乡_不知城乡则未知(book: Rulebook) -> None:
    hits = Marking(book, on_day(book.parameters, DAY)).marks(Frames(PERSONS, HOUSEHOLDS)).hits
    mine = hits.filter(pl.col("indicator").str.starts_with("SY")).sort("indicator", "person")
    assert mine.select("indicator", "person", "points").rows() == [("SY-01", 0, 1.5), ("SY-02", 1, 2.0)]
    assert json.loads(mine["facts"][0]) == {"月养老金": 700.0, "低保标准": 780.0, "老年人": True}
