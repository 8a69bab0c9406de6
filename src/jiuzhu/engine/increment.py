"""增量:与上一次相比哪些户要重算。

不猜哪个来源会影响谁:把每户进入事实计算的全部行(人与各来源)压成一个指纹,与上一次留下的相比,
指纹不同的、新来的户重算,其余照抄。事实、得分只看本户的行与共同条件(评估日、参数、手册、有哪些来源、程序版本),
共同条件有变就全部重算。所以结果与全部重算相等,与变动从哪里来(新批、更正、撤回、认人改判)无关。
"""

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from jiuzhu.engine import __file__ as engine_init
from jiuzhu.engine.numbering import Numbering

FINGERPRINTS = "fingerprints.parquet"
TOUCHED = "touched.parquet"
STATE = "state.json"
REGISTER = "hukou"
# 只说明出处、不进入事实的列
ASIDE = ("file", "row", "person", "household", "head_person_id", "guardian_person_id", "duplicate", "person_id")
SEED = 0x6A75
LIBRARIES = ("polars", "duckdb", "ibis-framework")
MOST = 0.5  # 变动的户超过这一份,照抄已不划算
# 共同条件:键 → 变了怎么说;前几项变了事实要全部重算,后一项只要重新打分
FACTS_DEPEND = {
    "code": "程序有更新",
    "engine": "换了计算引擎",
    "as_of": "评估日不同",
    "parameters": "参数取值不同",
    "sources": "来源有增减",
}
SCORES_DEPEND = {"rulebook": "规则手册不同"}


@dataclass(frozen=True)
class Plan:
    """这次算哪些户。``households`` 是要重算事实的户(序号),空为全部;``scores_all`` 为真时得分全部重算。

    ``why`` 是不能照抄的原因,空即按变动重算;``sources`` 是行有变动的来源。
    """

    households: pl.Series | None
    scores_all: bool
    why: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    previous: Path | None = None

    @property
    def partial(self) -> bool:
        """事实只算一部分。"""
        return self.households is not None

    @property
    def idle(self) -> bool:
        """一户也没有变。"""
        return self.households is not None and self.households.is_empty()


@dataclass(frozen=True)
class State:
    """一次运行留给下一次的:共同条件、各来源的摘要、每户的指纹。全部去敏,写在 OUT 里。"""

    conditions: Mapping[str, str]
    digests: Mapping[str, str]
    fingerprints: pl.DataFrame = field(repr=False)

    def write(self, folder: Path) -> None:
        """写进结果文件夹。"""
        told = {"conditions": dict(self.conditions), "digests": dict(self.digests)}
        (folder / STATE).write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
        self.fingerprints.write_parquet(folder / FINGERPRINTS)


def read_state(out: Path | None) -> State | None:
    """上一次留下的;没有(以前的版本算的、结果已清理)为空。"""
    if out is None or not (out / STATE).is_file() or not (out / FINGERPRINTS).is_file():
        return None
    told = json.loads((out / STATE).read_text("utf-8"))
    return State(told["conditions"], told["digests"], pl.read_parquet(out / FINGERPRINTS))


def state_of(numbering: Numbering, conditions: Mapping[str, str]) -> State:
    """这次的共同条件与每户的指纹。指纹是各行散列之和,与行的先后无关。"""
    people = numbering.people
    own = people.drop("person", "household").hash_rows(SEED)
    person = people["person_id"].hash(SEED)
    sums = np.zeros(len(numbering.household_ids), dtype=np.uint64)
    np.add.at(sums, people["household"].to_numpy(), own.to_numpy())  # 满了从头来,与先后无关
    digests = {REGISTER: _digest(own)}
    for source, table in numbering.tables.items():
        if source == REGISTER:
            continue
        columns = [column for column in table.columns if column not in ASIDE]
        rows = relevant(table.select(*columns, "person", "duplicate"))  # 先去掉出处的列:筛行的工夫花在文字列上
        marked = rows.select(*columns, owner=person.gather(rows["person"]))
        marks = marked.hash_rows(zlib.crc32(source.encode()))
        digests[source] = _digest(marks)
        np.add.at(sums, people["household"].gather(rows["person"]).to_numpy(), marks.to_numpy())
    fingerprints = pl.DataFrame({"household_id": numbering.household_ids, "fingerprint": sums})
    return State({**conditions, "sources": " ".join(sorted(numbering.tables))}, digests, fingerprints)


def relevant(table: pl.DataFrame) -> pl.DataFrame:
    """进入事实计算的行:认到人的、不是整行重复的。"""
    return table.filter(pl.col("person").is_not_null() & ~pl.col("duplicate"))


def plan(before: State | None, now: State, previous: Path | None, numbering: Numbering) -> Plan:
    """与上一次相比,重算哪些户。"""
    if before is None:
        return Plan(None, scores_all=True, why=("没有可以照抄的上一次结果",) if previous is not None else ())
    sources = changed_sources(before, now)
    why = _differences(FACTS_DEPEND, before, now)
    if why:
        return Plan(None, scores_all=True, why=why, sources=sources)
    changed = now.fingerprints.join(before.fingerprints, on=["household_id", "fingerprint"], how="anti")
    if changed.height > MOST * now.fingerprints.height:
        return Plan(None, scores_all=True, why=("一半以上的户有变动",), sources=sources)
    places = pl.DataFrame({"household_id": numbering.household_ids}).with_row_index("household")
    chosen = places.join(changed, on="household_id", how="semi")["household"].cast(pl.Int32)
    again = _differences(SCORES_DEPEND, before, now)
    return Plan(chosen, scores_all=bool(again), why=again, sources=sources, previous=previous)


def changed_sources(before: State, now: State) -> tuple[str, ...]:
    """行(或行归谁)有变动的来源,含新来的与不再有的。"""
    names = sorted({*before.digests, *now.digests})
    return tuple(name for name in names if before.digests.get(name) != now.digests.get(name))


def restrict(numbering: Numbering, households: pl.Series | None) -> Numbering:
    """只留这些户的人与行,序号不变。"""
    if households is None:
        return numbering
    people = numbering.people.filter(pl.col("household").is_in(households.implode()))
    wanted = people["person"].implode()
    tables = {source: table.filter(pl.col("person").is_in(wanted)) for source, table in numbering.tables.items()}
    return Numbering(people=people, tables=tables)


def conditions(*, as_of: str, engine: str, parameters: object, rulebook: str) -> dict[str, str]:
    """除来源以外的共同条件。"""
    return {
        "code": code_digest(),
        "engine": engine,
        "as_of": as_of,
        "parameters": hashlib.sha256(repr(parameters).encode()).hexdigest(),
        "rulebook": rulebook,
    }


@cache
def code_digest() -> str:
    """引擎全部源文件与所用计算库版本的摘要:程序一更新,上一次的结果就不能照抄。"""
    root = Path(engine_init).parent
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in LIBRARIES).encode())
    for path in sorted(path for path in root.rglob("*") if path.suffix in {".py", ".yaml"}):
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _differences(depend: Mapping[str, str], before: State, now: State) -> tuple[str, ...]:
    return tuple(told for key, told in depend.items() if before.conditions.get(key) != now.conditions.get(key))


def _digest(marks: pl.Series) -> str:
    total: Any = marks.sum() if len(marks) else 0
    return f"{len(marks)}-{int(total):016x}"
