"""政策找人的读取：一次监测里谁符合什么、缺什么，按范围；一户的全部项目与理由。"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from jiuzhu.web.access.scope import WHOLE_COUNTRY, Scope
from jiuzhu.web.orders.models import Source
from jiuzhu.web.orders.selectors import OrderState, orders, states_of

from .models import Run
from .places import read_places

if TYPE_CHECKING:
    from jiuzhu.engine.entitled import HouseholdEntitlement

TOWNSHIP_DIGITS = 9
# 状态代码 → (给人看的话, 怎么办)
STATES = {
    "entitled_unaided": ("符合而未享受", "主动去找，核实后办"),
    "entitled_unlisted": ("符合，是否已享受待核", "问主管部门"),
    "unknown": ("数据不够", "按缺的去问"),
    "aided_not_entitled": ("已享受而不符合", "核实；减停前先听本人说"),
    "should_move": ("应转到别的项目", "核实后转"),
    "entitled_aided": ("符合且已享受", "不用办"),
}
LACKING = ("entitled_unaided", "entitled_unlisted")
AIDS = LACKING  # 派帮扶单的
CHECKS = ("aided_not_entitled", "should_move")  # 派核查单的
POLICY = "monitoring.entitled"  # 派单的来由种类；来由编号是 项目|户|人|评估日


@dataclass(frozen=True)
class ProgrammeCounts:
    """一个项目各状态的（代码、名称、户或人数）；``amount`` 是符合而没有查到已享受的金额合计。"""

    code: str
    title: str
    counts: tuple[tuple[str, str, int], ...]
    amount: Decimal | None


@dataclass(frozen=True)
class Choice:
    """筛选：状态、项目、乡镇（九位代码）。"""

    state: str = ""
    programme: str = ""
    township: str = ""


def has_entitlements(run: Run) -> bool:
    """这次监测算过政策找人（以前的版本没有）。"""
    return (Path(run.out_dir) / "entitlements.parquet").is_file()


def programme_titles(run: Run) -> dict[str, str]:
    """项目代码 → 名称，按手册的次序。"""
    from jiuzhu.engine.outputs import read_summary  # noqa: PLC0415 引擎载入较慢

    titles: dict[str, str] = read_summary(Path(run.out_dir))["rulebook"].get("programmes", {})
    return titles


def programme_counts(scope: Scope, run: Run, township: str = "") -> tuple[ProgrammeCounts, ...]:
    """各项目各状态的数，只算范围之内。"""
    found = _within(scope, run, Choice(township=township))
    tally = {(code, state): count for code, state, count in found.group_by("programme", "state").len().iter_rows()}
    lacking = found.filter(pl.col("state").is_in(LACKING)).group_by("programme").agg(pl.col("amount").sum())
    amounts = dict(lacking.iter_rows())
    return tuple(
        ProgrammeCounts(
            code,
            title,
            tuple((state, words, tally.get((code, state), 0)) for state, (words, _) in STATES.items()),
            amounts.get(code) or None,
        )
        for code, title in programme_titles(run).items()
        if any(tally.get((code, state)) for state in STATES)
    )


def township_counts(
    scope: Scope, run: Run, programme: str = ""
) -> tuple[tuple[str, str, list[tuple[str, str, int]]], ...]:
    """各乡镇各状态的条数（代码、名称、各状态），只算范围之内。"""
    found = _within(scope, run, Choice(programme=programme))
    town = pl.col("village_code").str.slice(0, TOWNSHIP_DIGITS).fill_null("")
    tally = {(code, state): count for code, state, count in found.group_by(town, "state").len().iter_rows()}
    return tuple(
        (code, name, [(state, words, tally.get((code, state), 0)) for state, (words, _) in STATES.items()])
        for code, name in townships(scope, run)
    )


def entitled_rows(scope: Scope, run: Run, choice: Choice) -> "Rows":
    """符合条件的行，金额高的在前；按页取。"""
    found = _within(scope, run, choice).sort("amount", "household_id", descending=[True, False], nulls_last=True)
    return Rows(found, Path(run.out_dir), programme_titles(run))


def rows_by_key(scope: Scope, run: Run, keys: Collection[str]) -> list[dict[str, Any]]:
    """勾选的几行；范围之外的、没有的不给。"""
    named = pl.concat_str("programme", "household_id", pl.col("person_id").fill_null(""), separator="|")
    kept = _within(scope, run, Choice()).filter(named.is_in(list(keys)))
    rows = Rows(kept, Path(run.out_dir), programme_titles(run))
    listed: list[dict[str, Any]] = rows[0 : len(rows)]
    return listed


def key_of(row: dict[str, Any]) -> str:
    """一行的编号：项目、户、人。"""
    return f"{row['programme']}|{row['household_id']}|{row['person_id'] or ''}"


def orders_of_rows(scope: Scope, rows: Collection[dict[str, Any]]) -> dict[str, OrderState]:
    """各行由政策找人派的最近一张单：行的编号 → 办到哪里。"""
    sources = Source.objects.within(scope).filter(
        kind=POLICY, order__household__household_id__in={row["household_id"] for row in rows}
    )
    pairs = {
        key.rpartition("|")[0]: pk for key, pk in sources.order_by("order__opened_at").values_list("key", "order_id")
    }
    found = states_of(orders(scope).filter(pk__in=set(pairs.values())), scope)
    return {key: found[pk] for key, pk in pairs.items() if pk in found}


def household_programmes(run: Run, household_id: str) -> "HouseholdEntitlement":
    """一户的全部项目与理由。"""
    from jiuzhu.engine.entitled import entitled  # noqa: PLC0415 引擎载入较慢

    return entitled(Path(run.out_dir), household_id)


def townships(scope: Scope, run: Run) -> list[tuple[str, str]]:
    """范围之内的乡镇：代码与名称。"""
    places = read_places(Path(run.out_dir)).select("township_code", "township").unique().sort("township_code")
    return [(code, name) for code, name in places.iter_rows() if name and _touches(scope, code)]


class Rows(Sequence[dict[str, Any]]):
    """一页一页取出、补上地名的行。"""

    def __init__(self, frame: pl.DataFrame, out: Path, titles: dict[str, str]) -> None:
        self.frame = frame
        self.out = out
        self.titles = titles

    def __len__(self) -> int:
        return self.frame.height

    def __getitem__(self, key: Any) -> Any:
        part = self.frame[key] if isinstance(key, slice) else self.frame[key : key + 1]
        places = read_places(self.out).select("village_code", "township", "village")
        rows = part.join(places, on="village_code", how="left", maintain_order="left").to_dicts()
        for row in rows:
            row["title"] = self.titles.get(row["programme"], "")
            row["place"] = f"{row['township'] or ''}{row['village'] or ''}" or "所在村不详"
            row["words"] = STATES[row["state"]][0]
            row["key"] = key_of(row)
            row["orderable"] = row["state"] in AIDS + CHECKS
        return rows if isinstance(key, slice) else rows[0]


def _within(scope: Scope, run: Run, choice: Choice) -> pl.DataFrame:
    path = Path(run.out_dir) / "entitlements.parquet"
    found = _read(str(path), path.stat().st_mtime_ns)
    wanted = pl.lit(value=True)
    if scope.areas != WHOLE_COUNTRY:
        code = pl.col("village_code").fill_null(run.division_code)
        wanted = pl.any_horizontal([pl.lit(value=False), *(code.str.starts_with(area) for area in scope.areas)])
    if choice.state:
        wanted &= pl.col("state") == choice.state
    if choice.programme:
        wanted &= pl.col("programme") == choice.programme
    if choice.township:
        wanted &= pl.col("village_code").str.starts_with(choice.township)
    return found.filter(wanted)


@lru_cache(maxsize=4)
def _read(path: str, _changed: int) -> pl.DataFrame:
    return pl.read_parquet(path)


def _touches(scope: Scope, township: str) -> bool:
    return any(township.startswith(area) or area.startswith(township) for area in scope.areas)
