"""手写的一批小名册，结果文件照引擎的约定写；浏览器测试也用它。"""

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from jiuzhu.engine.roster import CLASSES, PEOPLE, Roster
from jiuzhu.web.registry.services import households_load

QINGHE, SHIQIAO, HEFENG = "429998101200", "429998103200", "429997101200"
SOURCES = frozenset({"hukou", "dibao", "tekun", "dibao_bianyuan", "gangxing_zhichu", "fangfanpin", "other_hardship"})
ZHANG, LI, OUYANG = "420107196503122313", "420107199002144526", "42010720010830903X"
PHONE, ACCOUNT = "13971234567", "6228480402564890018"


@dataclass
class County:
    """手写的一批数据；改了再装就是下一次监测。"""

    folder: Path
    people: list[dict[str, Any]] = field(default_factory=list)
    classes: list[dict[str, Any]] = field(default_factory=list)
    scores: dict[str, dict[str, Any]] = field(default_factory=dict)
    hits: list[dict[str, Any]] = field(default_factory=list)
    told: dict[str, list[str]] = field(default_factory=dict)  # 预警名单里各户的指标，最能说明的在前
    as_of: date = date(2026, 9, 30)
    sources: frozenset[str] = SOURCES

    def person(self, person_id: str, household_id: str, name: str, **more: Any) -> None:
        """添一人；同编号的换掉。"""
        blank: dict[str, Any] = dict.fromkeys(PEOPLE)
        row = blank | {"alive": True, "registered": True, "village_code": QINGHE, "relation": "子女"}
        self.people = [each for each in self.people if each["person_id"] != person_id]
        self.people.append(row | {"person_id": person_id, "household_id": household_id, "name": name} | more)

    def listed(self, person_id: str, code: str, **more: Any) -> None:
        """添一条名单。"""
        self.classes.append(
            {"person_id": person_id, "code": code, "since": None, "detail": None, "file": "名单.csv"} | more
        )

    def load(self, number: int) -> Any:
        """装入第 ``number`` 次。"""
        write_out(self)
        roster = Roster(
            pl.DataFrame(self.people, schema=PEOPLE),
            pl.DataFrame(self.classes, schema=CLASSES),
            self.sources,
            self.as_of,
        )
        return households_load(run_number=number, roster=roster, out=self.folder)


def write_out(county: County) -> None:
    """引擎结果里装库要读的几个文件。"""
    out = county.folder
    (out / "warehouse").mkdir(exist_ok=True, parents=True)
    homes = sorted({each["household_id"] for each in county.people})
    scores = [
        {"household_id": home, "members": 1, "score": 0.0, "band": None} | county.scores.get(home, {}) for home in homes
    ]
    columns = {"household_id": pl.String, "members": pl.Int64, "score": pl.Float64, "band": pl.String}
    pl.DataFrame(scores, schema=columns | {"poverty_index": pl.Float64, "need_index": pl.Float64}).write_parquet(
        out / "household_scores.parquet"
    )
    hit = {"household_id": pl.String, "person_id": pl.String, "indicator": pl.String, "points": pl.Float64}
    pl.DataFrame(county.hits, schema=hit).write_parquet(out / "hits.parquet")
    told = {"household_id": list(county.told), "indicators": list(county.told.values())}
    pl.DataFrame(told, schema={"household_id": pl.String, "indicators": pl.List(pl.String)}).write_parquet(
        out / "warnings.parquet"
    )
    pl.DataFrame(schema={"household_id": pl.String}).write_parquet(out / "findings.parquet")
    facts = pl.DataFrame({"household_id": homes, "家庭金融资产": [1000.5 * (at + 1) for at in range(len(homes))]})
    facts.write_parquet(out / "household_facts.parquet")
    members = pl.DataFrame({"household_id": homes, "household": list(range(len(homes)))})
    members.with_columns(pl.col("household").cast(pl.Int32)).write_parquet(out / "members.parquet")
    asset = {"household": [0], "person": [0], "balance": [1000.5], "reference_date": [date(2026, 8, 31)]}
    pl.DataFrame(asset).with_columns(pl.col("household").cast(pl.Int32)).write_parquet(
        out / "warehouse" / "financial_asset.parquet"
    )
    indicators = {
        "YL-03": {"name": "大病自付过高", "category": "医疗"},
        "JY-01": {"name": "学费负担重", "category": "教育"},
    }
    (out / "summary.json").write_text(json.dumps({"rulebook": {"indicators": indicators}}), "utf-8")


def make_county(folder: Path) -> County:
    """三户：青禾麦岭的张家（低保）、石桥的李家（红色预警）、邻县禾丰的欧阳家（特困）；另有一户不需要关注。"""
    made = County(folder)
    home = "青禾县麦岭镇上湾村3组12号"
    made.person("PZHANGSANFENG2222", "HZHANG22222222222", "张三丰", relation="户主", sex="男", birth_date=date(1965, 3, 12),
                id_number=ZHANG, phone=PHONE, account=ACCOUNT, address=home)  # fmt: skip
    made.person("PZHANGWUJI2222222", "HZHANG22222222222", "张无忌", sex="男", birth_date=date(2012, 5, 1), address=home)
    made.person("PLIMOCHOU22222222", "HLI22222222222222", "李莫愁", relation="户主", sex="女", birth_date=date(1990, 2, 14),
                id_number=LI, village_code=SHIQIAO, address="青禾县石桥镇下湾村1组8号")  # fmt: skip
    made.person("POUYANGFENG222222", "HOUYANG2222222222", "欧阳锋", relation="户主", sex="男", birth_date=date(2001, 8, 30),
                id_number=OUYANG, village_code=HEFENG, address="禾丰县东桥镇大岗村2组9号")  # fmt: skip
    made.person("PHUANG22222222222", "HHUANG22222222222", "黄药师", relation="户主")
    made.listed("PZHANGSANFENG2222", "dibao", since=date(2024, 3, 1), detail="A")
    made.listed("POUYANGFENG222222", "tekun", detail="分散")
    made.scores["HLI22222222222222"] = {"score": 42.5, "band": "red"}
    made.hits = [
        {"household_id": "HLI22222222222222", "person_id": None, "indicator": "YL-03", "points": 8.0},
        {"household_id": "HLI22222222222222", "person_id": "PLIMOCHOU22222222", "indicator": "JY-01", "points": 3.0},
    ]
    return made
