"""整条路:部门文件 → 认人 → 事实 → 打分 → 预警与发现 → OUT。

``monitor`` 从头到尾读一遍就知道引擎做了什么;每一步的细节在各自的包里。
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from shutil import copytree
from typing import Any
from zoneinfo import ZoneInfo

import ibis.backends.duckdb  # noqa: F401  Ibis 用到才载入;本模块反正要用,一起载入
import polars as pl

from jiuzhu.engine import outputs
from jiuzhu.engine.assessment import Rulebook, load_rulebook
from jiuzhu.engine.assessment.assessing import assess
from jiuzhu.engine.assessment.findings import find
from jiuzhu.engine.assessment.sweep import sweep
from jiuzhu.engine.assessment.warnings import warn
from jiuzhu.engine.beside import Beside
from jiuzhu.engine.catalog import Catalog, load_catalog
from jiuzhu.engine.errors import EngineError
from jiuzhu.engine.facts import Context, FactTables, build
from jiuzhu.engine.identity import Linkage, link, probabilistic  # noqa: F401  Splink 也是用到才载入
from jiuzhu.engine.identity.decisions import Decisions
from jiuzhu.engine.increment import Plan, conditions, plan, read_state, relevant, state_of
from jiuzhu.engine.increment_merge import Merger, told
from jiuzhu.engine.intake import Intake, read_folder
from jiuzhu.engine.numbering import Numbering, number
from jiuzhu.engine.parameters import on_day
from jiuzhu.engine.roster import Roster, make_roster
from jiuzhu.engine.summary import Clock, Progress, summarise
from jiuzhu.engine.warehouse import Engine, Warehouse

CHINA = ZoneInfo("Asia/Shanghai")
REGISTER = "hukou"
IDENTIFIERS = ("person_id", "household_id", "head_person_id", "guardian_person_id", "file", "row")
# 数据里能说明“截至哪天”的日期列
DATED = {
    "financial_asset": "reference_date",
    "medical_settlement": "settled_date",
    "hukou": "status_date",
    "vehicle": "registered_date",
    "fangfanpin": "identified_date",
    "dibao_bianyuan": "confirmed_date",
}


Baseline = Path | Callable[[date], Path | None] | None


class PipelineError(EngineError):
    """一个文件也读不成,或上一次的结果不对。"""

    code = "nothing_done"


@dataclass(frozen=True)
class Summary:
    """一次运行的计数与秒数;``content`` 就是 summary.json。"""

    out: Path
    content: Mapping[str, Any]


def monitor(
    folder: Path,
    out: Path,
    *,
    key: bytes,
    as_of: date | None = None,
    rulebook: str = "default",
    engine: Engine = "duckdb",
    previous: Path | None = None,
    progress: Progress | None = None,
    on_people: Callable[[Roster], None] | None = None,
) -> Summary:
    """一批部门文件 → ``out`` 里的结果。

    ``as_of`` 不给时取数据里最晚的日期(不晚于今天),同一批文件因此总得同一结果。``previous`` 是上一次的 OUT,
    给了就只对新进入区间的户预警。一个文件也读不成时抛 ``PipelineError``,``out`` 原样不动;
    ``out`` 里有别的东西时抛 ``OutputError``。``on_people`` 给了才算名册(带姓名与号码)交给它,名册不写进 ``out``。
    """
    outputs.refuse_strangers(out)
    clock, book = Clock(progress), load_rulebook(rulebook)
    with clock.step("读取文件"):
        intake = _read(folder, load_catalog(), lambda done, total, _file: clock.tell("读取文件", done, total))
    job = Job(out, key, as_of, book, engine, previous, on_people=on_people, lasting=False)
    return _watch(intake, job, clock)


def monitor_batches(
    intake: Intake | Callable[[], Intake],
    out: Path,
    *,
    key: bytes,
    as_of: date | None = None,
    rulebook: str | Path = "default",
    engine: Engine = "duckdb",
    previous: Baseline = None,
    previous_state: Path | None = None,
    decisions: Decisions | None = None,
    progress: Progress | None = None,
    on_people: Callable[[Roster], None] | None = None,
) -> Summary:
    """已接收的各批(``batches.gather``)→ ``out`` 里的结果,与 ``monitor`` 相同。

    ``previous_state`` 是上一次运行的结果文件夹:只重算有变动的户,其余照抄,结果与全部重算相等;不能照抄时
    (评估日、参数、来源、程序变了)自己改为全部重算,``summary.json`` 的 ``work`` 里写明原因。``previous`` 仍是预警对照的上期,
    可以是由评估日找上期的函数。
    ``decisions`` 是人对疑难行的决定。``intake`` 可以是取来各批的函数,取的时间就计在“读取文件”里。
    """
    outputs.refuse_strangers(out)
    clock, book = Clock(progress), load_rulebook(str(rulebook))
    with clock.step("读取文件"):
        taken = intake() if callable(intake) else intake
    _needs_tables(taken)
    job = Job(out, key, as_of, book, engine, previous, previous_state, decisions, on_people)
    return _watch(taken, job, clock)


@dataclass(frozen=True)
class Job:
    """一次运行的要求。``before`` 是预警对照的上期,``state`` 是可以照抄的上一次;``lasting`` 为真时留下指纹,给下一次照抄。"""

    out: Path
    key: bytes
    as_of: date | None
    book: Rulebook
    engine: Engine
    before: Baseline = None
    state: Path | None = None
    decisions: Decisions | None = None
    on_people: Callable[[Roster], None] | None = None
    lasting: bool = True


def _watch(intake: Intake, job: Job, clock: Clock) -> Summary:
    book, day = job.book, job.as_of or latest_date(intake.tables)
    before = _scores_of(job.before(day) if callable(job.before) else job.before)
    context = Context(day, parameters := on_day(book.parameters, day))
    with outputs.replacing(job.out) as fresh, Warehouse.open(job.engine) as warehouse, Beside() as beside:
        with clock.step("认人"):
            linkage = _link(intake, job, day)
            beside.write(outputs.write_rows, fresh, intake, linkage)
            numbering = number(linkage.people, linkage.tables)
            beside.write(outputs.write_people, fresh, numbering)
        with clock.step("算事实"):
            merger = _plan(numbering, context, job, fresh)
            facts, wide = _facts(warehouse, merger, context)
            beside.write(outputs.write_facts, fresh, *wide, numbering)
        results: dict[str, pl.DataFrame] = {}

        def told_at_once(name: str, rows: pl.DataFrame | None) -> pl.DataFrame:
            """一样结果:换上编号,并上照抄的,随即交去写。"""
            results[name] = merger.rows(None if rows is None else numbering.with_ids(rows), name)
            beside.write(outputs.write_results, fresh, {name: results[name]})
            return results[name]

        with clock.step("打分"):
            sweeping = None if facts is None else beside.work(sweep, warehouse, facts, book.programmes, parameters)
            marked = None if facts is None else assess(warehouse, facts, book, parameters)
            scores = told_at_once("household_scores", None if marked is None else marked.scores)
            hits = told_at_once("hits", None if marked is None else marked.hits)
        with clock.step("政策找人"):
            told_at_once("entitlements", None if sweeping is None else sweeping.result())
        with clock.step("预警与发现"):
            kept = merger.limit_findings(frozenset(limit.finding for limit in book.findings.limits))
            limits = None if marked is None else numbering.with_ids(marked.limit_hits)
            results["warnings"] = warn(book, scores, hits, day, before)
            results["findings"] = find(book, linkage.people, linkage.tables, limits, kept)
            beside.write(outputs.write_results, fresh, {name: results[name] for name in ("warnings", "findings")})
        with clock.step("写出"):
            merger.write_touched(fresh)
            copytree(book.folder, fresh / "rulebook")
            work = told(merger.plan, len(numbering.household_ids))
            content = summarise(book, day, job.engine, intake, linkage, results, work)
            beside.finish()
        content["seconds"] = clock.told()
        outputs.write_summary(fresh, content)
    return Summary(job.out, content)


def _link(intake: Intake, job: Job, day: date) -> Linkage:
    """认人;要名册的交出名册。用完的规范表随即放掉。"""
    keep = job.on_people is not None
    linkage = link(intake.tables, key=job.key, as_of=day, keep_register=keep, decisions=job.decisions)
    if job.on_people is not None:
        job.on_people(make_roster(intake.tables, linkage, day))
    intake.tables.clear()
    return linkage


def _plan(numbering: Numbering, context: Context, job: Job, fresh: Path) -> Merger:
    """留下这次的指纹,与上一次相比,定下重算哪些户。没有下一次的(读一个文件夹)不留指纹,全部重算。"""
    if not job.lasting:
        return Merger(Plan(None, scores_all=True), numbering)
    day, parameters = context.as_of.isoformat(), context.parameters
    shared = conditions(as_of=day, engine=job.engine, parameters=parameters, rulebook=job.book.digest)
    now = state_of(numbering, shared)
    now.write(fresh)
    return Merger(plan(read_state(job.state), now, job.state, numbering), numbering)


def latest_date(tables: Mapping[str, pl.DataFrame]) -> date:
    """数据里最晚的日期,不晚于今天;一个日期也没有就是今天。"""
    today = datetime.now(CHINA).date()
    found = [
        latest
        for source, column in DATED.items()
        if source in tables and isinstance(latest := tables[source].filter(pl.col(column) <= today)[column].max(), date)
    ]
    return max(found, default=today)


def _read(folder: Path, catalog: Catalog, progress: Callable[[int, int, str], None]) -> Intake:
    if not folder.is_dir():
        raise PipelineError(f"没有文件夹“{folder}”；请给出装有部门文件的文件夹。", code="no_folder")
    intake = read_folder(folder, catalog, progress)
    _needs_tables(intake)
    return intake


def _needs_tables(intake: Intake) -> None:
    if not intake.tables:
        reasons = intake.quarantine.filter(pl.col("row") == 0)["reason"].to_list()
        raise PipelineError("没有读成任何一个文件：" + (";".join(reasons[:5]) or "没有可读的文件，也没有接收好的批。"))


def _facts(
    warehouse: Warehouse, merger: Merger, context: Context
) -> tuple[FactTables | None, tuple[pl.DataFrame, pl.DataFrame]]:
    """→ (要打分的户的事实,一户也不必打分为空;人、户两张宽表,连同照抄的)。"""
    facts = None if merger.plan.idle else _built(warehouse, merger.restricted, context)
    wide = (
        merger.facts(None if facts is None else warehouse.fetch(facts.persons), "person_facts"),
        merger.facts(None if facts is None else warehouse.fetch(facts.households), "household_facts"),
    )
    if merger.plan.partial and merger.plan.scores_all:
        facts = FactTables(*(warehouse.put(f"merged_{at}", frame) for at, frame in enumerate(wide)))
    return facts, wide


def _built(warehouse: Warehouse, numbering: Numbering, context: Context) -> FactTables:
    """放进仓库的只有去敏、去重、认到人的行,人用序号。"""
    sources = {
        source: warehouse.put(f"source_{source}", relevant(table.drop(IDENTIFIERS, strict=False)))
        for source, table in numbering.tables.items()
        if source != REGISTER
    }
    people = warehouse.put("people", numbering.people.drop(IDENTIFIERS, strict=False))
    return build(warehouse, people, sources, context)


def _scores_of(previous: Path | None) -> pl.DataFrame | None:
    if previous is None:
        return None
    path = previous / "household_scores.parquet"
    if not path.is_file():
        raise PipelineError(f"上一次的结果“{previous}”里没有 household_scores.parquet。", code="no_previous")
    return pl.read_parquet(path)
