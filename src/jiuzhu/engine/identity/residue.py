"""疑难行的处理:再认(升位、残疾证号)、不在册的人、可证的补正、概率连接。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from jiuzhu.engine.gather import gather
from jiuzhu.engine.identity import claims as evidence_step
from jiuzhu.engine.identity.candidates import candidate_pairs
from jiuzhu.engine.identity.compare import compare
from jiuzhu.engine.identity.decide import decide
from jiuzhu.engine.identity.direct import Owners, match_directly
from jiuzhu.engine.identity.eaten import forget_eaten, rounded
from jiuzhu.engine.identity.guess import Known, guess
from jiuzhu.engine.identity.names import ONE_OFF, clean_name, name_level
from jiuzhu.engine.identity.universe import household_of_id, people_from_lists

METHODS = pl.Enum(
    ["unlinked", "register", "exact", "fifteen", "repaired", "splink", "certificate", "head", "decided", "doubtful"]
)
LINKED = {
    "source": pl.String(),
    "at": pl.UInt32(),
    "person": pl.UInt32(),
    "method": METHODS,
    "probability": pl.Float64(),
}
_ROW = ["source", "at"]


@dataclass(frozen=True)
class Settled:
    """疑难行的结果:认定、待人工的候选、加上不在册者的总表、户主与监护人号码对应的人(`raw whole person`)。"""

    links: pl.DataFrame
    doubtful: pl.DataFrame
    people: pl.DataFrame
    relatives: pl.DataFrame


def settle(
    tables: Mapping[str, pl.DataFrame],
    rest: pl.DataFrame,
    found: Mapping[str, pl.DataFrame],
    people: pl.DataFrame,
    owners: Owners,
    places: pl.DataFrame,
    as_of: date,
) -> Settled:
    """疑难行 `rest`(match_tables 的第二项)→ 认定 `source at person method probability`、候选、总表。"""
    evidence = evidence_step.read_numbers(evidence_step.evidence_of(tables, rest))
    again, evidence = _look_again(evidence, people, owners)
    evidence = forget_eaten(evidence)
    registered = people
    people, relatives = _with_listed_people(tables, evidence, people, owners)
    owners = owners if people is registered else Owners(people)
    evidence = _unregistered_owner(evidence, people)
    shared = evidence_step.shared_values(tables, found, people)
    claims, mapping = evidence_step.make_claims(evidence, people, places, shared, relatives)
    pairs = compare(candidate_pairs(claims, people, owners), claims, people)
    decided, disputed = decide(claims, pairs)
    left = _undecided(claims, decided, disputed)
    strangers = decided.join(claims.filter(pl.col("outsider").is_not_null()), on=["claim"], how="semi")
    outside = mapping.join(strangers.filter(pl.col("method") != "repaired"), on="claim", how="semi").select("source")
    known = Known(tables, found, outside, people, relatives, as_of)
    guessed, unsure = guess(left, pairs, known)
    chosen = pl.concat([decided, guessed])
    rows = mapping.join(chosen, on="claim").select(*LINKED).cast(LINKED)  # type: ignore[arg-type]
    doubtful = mapping.join(pl.concat([disputed, unsure]), on="claim").drop("claim")
    return Settled(pl.concat([again, rows]), doubtful, people, relatives)


def _look_again(evidence: pl.DataFrame, people: pl.DataFrame, owners: Owners) -> tuple[pl.DataFrame, pl.DataFrame]:
    """整理、升位后的号码,或残疾证号里的号码,在册且姓名相符的行 → (认定, 其余行)。

    号码在册而姓名不符的,其余行里记下 owner。
    """
    fifteen = pl.when(pl.col("fifteen")).then(pl.lit("fifteen")).otherwise(pl.lit("exact"))
    links = []
    for column, method in (
        ("whole", fifteen),
        ("old", fifteen),
        ("young", fifteen),
        ("certificate", pl.lit("certificate")),
    ):
        todo = evidence.filter(pl.col(column).is_not_null())
        rows = todo.select("source", "at", "name", id_number=column)
        same, rest = match_directly(rows, people, owners)
        if column == "whole":
            owned = rest.select(*_ROW, new_owner="owner")
            evidence = evidence.join(owned, on=_ROW, how="left", maintain_order="left")
            evidence = evidence.with_columns(owner=pl.coalesce("owner", "new_owner")).drop("new_owner")
        named = same.join(todo.select(*_ROW, "fifteen"), on=_ROW)
        links.append(named.select(*_ROW, "person", method=method, probability="probability").cast(LINKED))  # type: ignore[arg-type]
        evidence = evidence.join(same, on=_ROW, how="anti", maintain_order="left")
    return pl.concat(links), evidence


def _with_listed_people(
    tables: Mapping[str, pl.DataFrame], evidence: pl.DataFrame, people: pl.DataFrame, owners: Owners
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """把号码合格而不在册的人(当事人、户主、监护人)加进总表 → (总表, 户主与监护人的 `raw whole person`)。"""
    relatives = evidence_step.numbers_of(_listed_heads(tables), owners)
    known = relatives.with_columns(gather(people["household"], relatives["person"]))
    head = known.select("raw", head_household=pl.coalesce("household", household_of_id(pl.col("whole"))))
    rows = evidence.filter(pl.col("whole").is_not_null() & pl.col("owner").is_null())
    rows = rows.join(head, left_on="head_id_number", right_on="raw", how="left")
    seen = rows.select("name", "village_code", "head_household", id="whole")
    others = known.filter(pl.col("person").is_null() & pl.col("whole").is_not_null()).select(id="whole")
    others = others.filter(~rounded(pl.col("id")))
    every = pl.concat([seen, others], how="diagonal")
    if every.is_empty():
        return people, relatives
    listed = people_from_lists(every, people.height)
    relatives = relatives.join(listed.select(whole="id", added="person"), on="whole", how="left")
    return pl.concat([people, listed]), relatives.select("raw", "whole", person=pl.coalesce("person", "added"))


def _listed_heads(tables: Mapping[str, pl.DataFrame]) -> pl.Series:
    columns = [
        table[column].unique()
        for table in tables.values()
        for column in ("head_id_number", "guardian_id_number")
        if column in table.columns
    ]
    return pl.concat(columns) if columns else pl.Series(dtype=pl.String)


def _unregistered_owner(evidence: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """加 `outsider`:不在册的号码主人。来件姓名与其多数姓名全异的改作 owner,交人工。"""
    listed = people.filter(~pl.col("registered")).select(whole="id", outsider="person", listed_name="name")
    found = evidence.join(listed, on="whole", how="left", maintain_order="left")
    agrees = (name_level(pl.col("name"), clean_name(pl.col("listed_name"))) >= ONE_OFF).fill_null(True)
    free = pl.col("owner").is_null()
    return found.with_columns(
        owner=pl.when(free & ~agrees).then("outsider").otherwise("owner"),
        outsider=pl.when(free & agrees).then("outsider"),
    ).drop("listed_name")


def _undecided(claims: pl.DataFrame, decided: pl.DataFrame, disputed: pl.DataFrame) -> pl.DataFrame:
    done = pl.concat([decided.select("claim"), disputed.select("claim")]).unique()
    left = claims.join(done, on="claim", how="anti")
    return left.filter(pl.col("name").is_not_null() & pl.col("outsider").is_null())
