"""从一次监测的结果里取样本:几个村,或指定的几户。

事实里有几项要用参数(如核定收入用劳动力月核定收入),所以样本带着各来源的行:手册的参数与当次不同,就照新参数重算事实。
"""

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl

from jiuzhu.engine import outputs
from jiuzhu.engine.assessment.rulebook import Rulebook, load_rulebook
from jiuzhu.engine.errors import EngineError

# person_facts 里原样带着的人口列;其余都是事实
BASE = ("village_code", "alive", "sex", "birth_date", "relation", "status", "status_date", "registered")
REGISTER = "hukou"
NOT_FACTS = ("file", "row", "household", "head_person_id", "guardian_person_id")


class SampleError(EngineError):
    """样本取不成:结果文件夹里没有事实,或没有一户在内。"""

    code = "no_sample"


@dataclass(frozen=True)
class Sample:
    """一次监测里的一部分户。``persons``、``households`` 是当次的事实宽表,加了样本内的序号 person、household。"""

    out: Path
    day: date
    persons: pl.DataFrame
    households: pl.DataFrame

    @cached_property
    def rulebook(self) -> Rulebook:
        """当次监测用的手册,OUT 里存着副本。"""
        return load_rulebook(str(self.out / "rulebook"))

    @cached_property
    def household_ids(self) -> pl.DataFrame:
        """household(序号)、household_id。"""
        return self.persons.select("household", "household_id").unique().sort("household")

    @cached_property
    def sources(self) -> Mapping[str, pl.DataFrame]:
        """各来源在样本之内、认到人、不重复的行,人用样本内的序号。"""
        members = pl.read_parquet(self.out / "members.parquet", columns=["person", "person_id"])
        own = members.join(self.persons.select("person_id", new="person"), on="person_id").select("person", "new")
        return {
            path.stem: pl.read_parquet(path)
            .filter(~pl.col("duplicate"))
            .join(own, on="person")
            .drop("person", *NOT_FACTS, strict=False)
            .rename({"new": "person"})
            for path in sorted((self.out / "warehouse").glob("*.parquet"))
            if path.stem != REGISTER
        }


def sample_of(
    out: Path, *, villages: Collection[str] | None = None, households: Collection[str] | None = None
) -> Sample:
    """``villages`` 是村代码,``households`` 是户编号;都不给就是全部。户跨村的,整户随户级事实所在的村。"""
    if not (out / "person_facts.parquet").is_file():
        raise SampleError(f"“{out.name}”里没有事实宽表,不能试算；请先完成一次监测。")
    frame = pl.scan_parquet(out / "household_facts.parquet")
    if villages is not None:
        frame = frame.filter(pl.col("village_code").is_in(list(villages)))
    if households is not None:
        frame = frame.filter(pl.col("household_id").is_in(list(households)))
    chosen = frame.collect().sort("household_id").with_row_index("household")
    if chosen.is_empty():
        raise SampleError("样本里一户也没有；请另选几个村。")
    chosen = chosen.with_columns(pl.col("household").cast(pl.Int32))
    people = pl.scan_parquet(out / "person_facts.parquet").join(
        chosen.lazy().select("household", "household_id"), on="household_id", how="inner"
    )
    persons = people.sort("household_id", "person_id").with_row_index("person").collect()
    day = date.fromisoformat(outputs.read_summary(out)["as_of"])
    return Sample(out, day, persons.with_columns(pl.col("person").cast(pl.Int32)), chosen)


def villages_of(out: Path) -> pl.DataFrame:
    """可选的村:village_code township village households,按代码排。"""
    counted = pl.scan_parquet(out / "household_facts.parquet").group_by("village_code").agg(households=pl.len())
    places = pl.scan_parquet(out / "places.parquet").unique("village_code", keep="first")
    joined = counted.drop_nulls("village_code").join(places, on="village_code", how="left")
    return (
        joined.select("village_code", pl.col("township", "village").fill_null(""), "households")
        .sort("village_code")
        .collect()
    )


def draw_villages(codes: Collection[str], count: int, seed: int) -> list[str]:
    """随机抽 ``count`` 个村;同一批村、同一个种子,总抽到同样的村。"""
    ordered = sorted(codes)
    return sorted(random.Random(seed).sample(ordered, min(count, len(ordered))))
