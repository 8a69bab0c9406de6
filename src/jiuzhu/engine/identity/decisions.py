"""人作的决定：某一行是谁、不是谁，总表里哪两人其实是一个。下次再来同样的行，照着办。

行凭内容认得：来源与各身份字段合成一段文字，以县密钥算成编号（`row_codes`）。下月同样的行再来，决定接着有效；
身份字段改了一个字，编号就变，决定自然失效，重新交人看。决定里没有姓名与号码。

决定高于推断（补正、按户、概率），不高于凭据：号码在册且姓名相符的行，决定若与之相左，不改认定，只报出来（`conflict`）。
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from jiuzhu.engine.identity import keys
from jiuzhu.engine.identity.claims import TEXT_EVIDENCE
from jiuzhu.engine.identity.residue import LINKED, Settled

CONTENT = ("name", "id_number", *TEXT_EVIDENCE)  # 认得一行凭的字段；所属月、金额不在内
CERTAIN = ("register", "exact", "fifteen", "certificate")  # 凭号码本身认定的，决定不改它
ROWS = {"source": pl.String(), "row_code": pl.String(), "person_id": pl.String(), "same": pl.Boolean()}
SAME = {"kept": pl.String(), "absorbed": pl.String()}
OUTCOMES = {**ROWS, "outcome": pl.String(), "rows": pl.Int64()}
_ROW = ["source", "at"]


@dataclass(frozen=True)
class Decisions:
    """全部有效的决定。

    `rows`：`source row_code person_id same`，`same` 为真是“这一行就是此人”，为假是“不是此人”（选“都不是”时每个候选一条）。
    `same`：`kept absorbed`，两个 person_id 其实是一人，后者并入前者。
    """

    rows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ROWS))
    same: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SAME))

    def __bool__(self) -> bool:
        return bool(self.rows.height or self.same.height)

    @property
    def digest(self) -> str:
        """内容摘要：决定有增减，它就变。供判断上一次的认定能否沿用。"""
        parts = [self.rows.select(*ROWS).sort(*ROWS).write_csv(), self.same.select(*SAME).sort(*SAME).write_csv()]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def sources(self) -> set[str]:
        """决定涉及哪些来源。"""
        return set(self.rows["source"])


@dataclass(frozen=True)
class Decided:
    """照决定改过的认定。`outcomes` 每条决定一行，加 `outcome`（见 docs/identity.md）与碰到的行数。"""

    links: pl.DataFrame
    settled: Settled
    people: pl.DataFrame
    outcomes: pl.DataFrame


def row_codes(source: str, table: pl.DataFrame, key: bytes) -> pl.Series:
    """规范表每行的编号（R + 16 位），顺序不变；没有密钥不能由编号推回内容。"""
    cells = [pl.col(c).cast(pl.String).fill_null("") if c in table.columns else pl.lit("") for c in CONTENT]
    texts = table.select(pl.concat_str(pl.lit(source), *cells, separator="\x1f"))[:, 0]
    return keys.row_codes(key, texts)


def follow(
    decisions: Decisions,
    tables: Mapping[str, pl.DataFrame],
    links: pl.DataFrame,
    settled: Settled,
    people: pl.DataFrame,
    key: bytes,
) -> Decided:
    """照决定改认定。`people` 是带 person_id 的总表，与 `settled.people` 同序；其余见 linkage。"""
    links, settled, people = _join_people(decisions.same, links, settled, people)
    verdicts = _verdicts(decisions, tables, links, people["person_id"], key)
    chosen = verdicts.filter(pl.col("same") & pl.col("outcome").is_in(["applied", "agreed"]))
    chosen = chosen.filter(~pl.col("method").is_in(CERTAIN).fill_null(value=False))
    refused = verdicts.filter(~pl.col("same") & (pl.col("outcome") == "applied")).select(*_ROW, "person").drop_nulls()
    kept = links.join(chosen, on=_ROW, how="anti").join(refused, on=[*_ROW, "person"], how="anti")
    made = chosen.select(*_ROW, "person", method=pl.lit("decided"), probability=pl.lit(1.0)).cast(LINKED)  # type: ignore[arg-type]
    done = verdicts.filter(pl.col("same") & (pl.col("outcome") == "applied")).select(_ROW)
    doubtful = settled.doubtful.join(refused, on=[*_ROW, "person"], how="anti")
    doubtful = doubtful.join(pl.concat([chosen.select(_ROW), done]), on=_ROW, how="anti", maintain_order="left")
    return Decided(
        links=pl.concat([kept, made]),
        settled=replace(settled, doubtful=doubtful),
        people=people,
        outcomes=_outcomes(decisions.rows, verdicts),
    )


def _verdicts(
    decisions: Decisions, tables: Mapping[str, pl.DataFrame], links: pl.DataFrame, person_ids: pl.Series, key: bytes
) -> pl.DataFrame:
    """认出的每一行与它的每条决定：`source at row_code person_id same person was method outcome`。"""
    parts = [
        tables[source]
        .select(source=pl.lit(source), row_code=row_codes(source, tables[source], key))
        .with_row_index("at")
        for source in sorted(decisions.sources())
        if source in tables
    ]
    empty = pl.DataFrame(schema={"at": pl.UInt32(), "source": pl.String(), "row_code": pl.String()})
    rows = pl.concat([empty, *parts]).join(decisions.rows.unique(), on=["source", "row_code"])
    wanted = decisions.rows["person_id"].unique().implode()
    known = person_ids.to_frame("person_id").with_row_index("person").filter(pl.col("person_id").is_in(wanted))
    rows = rows.join(known, on="person_id", how="left")
    seen = rows.select(_ROW).unique()
    machine = links.join(seen, on=_ROW, how="semi").select(*_ROW, "method", was="person")
    return rows.join(machine, on=_ROW, how="left").with_columns(outcome=_outcome())


def _outcome() -> pl.Expr:
    """一条决定碰上机器的认定，结果怎样。"""
    certain = pl.col("method").is_in(CERTAIN).fill_null(value=False)
    agrees = (pl.col("was") == pl.col("person")).fill_null(value=False)
    picks = (pl.col("same") & pl.col("person").is_not_null()).sum().over(_ROW)
    return (
        pl.when(pl.col("person").is_null()).then(pl.lit("gone"))
        .when(pl.col("same") & (picks > 1)).then(pl.lit("contradictory"))
        .when(pl.col("same") & agrees).then(pl.lit("agreed"))
        .when(certain & (pl.col("same") | agrees)).then(pl.lit("conflict"))
        .otherwise(pl.lit("applied"))
    )  # fmt: skip


def _outcomes(rows: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """每条决定一行；这一期没有再来的记 `unseen`。几行结果不一的取要人看的那个。"""
    order = pl.Enum(["conflict", "contradictory", "gone", "applied", "agreed", "unseen"])
    found = verdicts.group_by(*ROWS).agg(pl.col("outcome").cast(order).min(), rows=pl.len())
    every = rows.select(*ROWS).unique().join(found, on=list(ROWS), how="left")
    every = every.with_columns(pl.col("outcome").cast(pl.String).fill_null("unseen"), pl.col("rows").fill_null(0))
    return every.cast(OUTCOMES).sort(*ROWS)  # type: ignore[arg-type]


def _join_people(
    same: pl.DataFrame, links: pl.DataFrame, settled: Settled, people: pl.DataFrame
) -> tuple[pl.DataFrame, Settled, pl.DataFrame]:
    """两人并作一人：行与亲属改指保留的人，另一人从总表去掉，其余人依次补位。"""
    target = _targets(same, people["person_id"])
    kept = target == np.arange(people.height)
    if kept.all():
        return links, settled, people
    places = np.cumsum(kept) - 1
    moved = pl.Series("person", places[target].astype(np.uint32))
    gone = pl.Series(~kept)
    decided = pl.when(gone.gather(links["person"])).then(pl.lit("decided")).otherwise("method")
    links = links.with_columns(method=decided, person=moved.gather(links["person"]))
    doubtful = settled.doubtful.with_columns(person=moved.gather(settled.doubtful["person"]))
    doubtful = doubtful.group_by(*_ROW, "person", maintain_order=True).agg(pl.col("probability").sum())
    relatives = settled.relatives.with_columns(person=moved.gather(settled.relatives["person"]))
    remaining = settled.people.filter(pl.Series(kept)).drop("person").with_row_index("person")
    fresh = Settled(links, doubtful, remaining.select(settled.people.columns), relatives)
    return links, fresh, people.filter(pl.Series(kept))


def _targets(same: pl.DataFrame, person_ids: pl.Series) -> np.ndarray:
    """每人最终并到谁（行号）。连着并的一路并到底；绕成圈的留最先遇到的那人。"""
    target = np.arange(len(person_ids))
    named = pl.concat([same["kept"], same["absorbed"]]).unique().alias("person_id").to_frame()
    found = person_ids.to_frame("person_id").with_row_index("at").join(named, on="person_id", how="semi")
    at = dict(found.select("person_id", "at").iter_rows())
    for kept, absorbed in same.unique().sort(*SAME).iter_rows():
        if kept in at and absorbed in at:
            one, other = _end(target, at[kept]), _end(target, at[absorbed])
            target[other] = one
    for person in at.values():
        target[person] = _end(target, person)
    return target


def _end(target: np.ndarray, person: int) -> int:
    while target[person] != person:
        person = int(target[person])
    return person
