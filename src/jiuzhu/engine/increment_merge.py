"""照抄与合并:没有变动的户取上一次结果里的行,变动的户取这次算的。"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from jiuzhu.engine.assessment.findings import SCHEMA as FINDINGS
from jiuzhu.engine.increment import TOUCHED, Plan, restrict
from jiuzhu.engine.numbering import Numbering


@dataclass(frozen=True)
class Merger:
    """一次运行的照抄。``plan`` 说全部重算时,各方法原样返回这次算的。"""

    plan: Plan
    numbering: Numbering

    @property
    def restricted(self) -> Numbering:
        """要重算的户的人与行。"""
        return restrict(self.numbering, self.plan.households)

    @property
    def kept(self) -> pl.DataFrame:
        """照抄的户:``household household_id``;上一次有而这次没有的户自然不在内。"""
        every = pl.DataFrame({"household_id": self.numbering.household_ids}).with_row_index("household")
        every = every.with_columns(pl.col("household").cast(pl.Int32))
        if self.plan.households is None:
            return every.clear()
        return every.filter(~pl.col("household").is_in(self.plan.households.implode()))

    def facts(self, fresh: pl.DataFrame | None, name: str) -> pl.DataFrame:
        """人或户的事实宽表,带序号;``fresh`` 空为一户也没有重算,``name`` 是上一次的文件名。"""
        old = self._old(name)
        if old is None:
            return _needed(fresh)
        keys = old.select("household_id", at=pl.int_range(pl.len(), dtype=pl.UInt32))  # 先连窄的,宽的只照位置取一遍
        if "person_id" in old.columns:
            persons = self.numbering.people.select("person_id", "person")
            keys = keys.with_columns(old["person_id"]).join(persons, on="person_id").drop("person_id")
        placed = keys.join(self.kept, on="household_id").sort("at")
        facts = old.drop("household_id", "person_id", strict=False)[placed["at"]]
        return _joined(fresh, facts.with_columns(placed.drop("at", "household_id")))

    def rows(self, fresh: pl.DataFrame | None, name: str) -> pl.DataFrame:
        """得分、命中一类带 household_id 的结果;手册变了的不照抄。"""
        old = None if self.plan.scores_all else self._old(name)
        if old is None:
            return _needed(fresh)
        return _joined(fresh, old.join(self.kept.select("household_id"), on="household_id", how="semi"))

    def limit_findings(self, kinds: frozenset[str]) -> pl.DataFrame:
        """上一次由规则得出的发现里,可以照抄的。"""
        old = None if self.plan.scores_all else self._old("findings")
        if old is None:
            return pl.DataFrame(schema=FINDINGS)
        kept = old.filter(pl.col("finding").is_in(list(kinds)) & pl.col("person_id").is_null())
        return kept.join(self.kept.select("household_id"), on="household_id", how="semi").select(list(FINDINGS))

    def write_touched(self, folder: Path) -> None:
        """重算了哪些户,连同不再有的户;全部重算的不写。"""
        if self.plan.households is None or self.plan.previous is None:
            return
        fresh = self.numbering.household_ids.gather(self.plan.households).to_frame("household_id")
        before = pl.read_parquet(self.plan.previous / "people.parquet", columns=["household_id"]).unique()
        now = self.numbering.household_ids.to_frame("household_id")
        gone = before.join(now, on="household_id", how="anti")
        touched = pl.concat([fresh.with_columns(gone=pl.lit(value=False)), gone.with_columns(gone=pl.lit(value=True))])
        touched.sort("household_id").write_parquet(folder / TOUCHED)

    def _old(self, name: str) -> pl.DataFrame | None:
        if self.plan.households is None or self.plan.previous is None:
            return None
        return pl.read_parquet(self.plan.previous / f"{name}.parquet")


def _joined(fresh: pl.DataFrame | None, kept: pl.DataFrame) -> pl.DataFrame:
    """两边的行接起来;列以上一次写出的为准(这次的可能多出内部用的列)。"""
    if fresh is None:
        return kept
    same = [column for column in fresh.columns if column in kept.columns]
    rows = fresh.select(same)
    return pl.concat([rows, kept.select(same).cast(dict(rows.schema))])  # type: ignore[arg-type]


def _needed(fresh: pl.DataFrame | None) -> pl.DataFrame:
    if fresh is None:
        raise ValueError("没有可以照抄的上一次结果")
    return fresh


def told(plan: Plan, households: int) -> Mapping[str, object]:
    """写进 summary.json 的 ``work``:全部还是部分、为什么、动了哪些来源、重算了多少户。"""
    touched = households if plan.households is None else len(plan.households)
    return {
        "mode": "partial" if plan.partial else "full",
        "scores": "full" if plan.scores_all else "partial",
        "why": list(plan.why),
        "sources": list(plan.sources),
        "households": touched,
        "previous": plan.previous.name if plan.previous else None,
    }
