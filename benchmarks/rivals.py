"""同样十项指标:我们的规则、pandas、OpenFisca-core,同一批事实。

事实先各自放进自己的内存结构(不计时),从事实到每户得分才计时;轮流各跑几轮取最快,先核对得分相同。
"""

from functools import partial
from importlib.util import find_spec

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks import synthetic
from benchmarks.machine import line, race, timed
from benchmarks.rival_rules import HOUSEHOLD_FACTS, PERSON_FACTS, assessor
from jiuzhu.engine.assessment import load_rulebook
from jiuzhu.engine.facts import FactTables
from jiuzhu.engine.warehouse import Warehouse

SIZES = (145_000, 1_000_000)
NEEDED = ("pandas", "openfisca_core")
TOLERANCE = 1e-5


def run() -> None:
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        line("没有装", f"{'、'.join(missing)};make bench 会装好(uv sync --group bench)")
        return
    for people in SIZES:
        with Warehouse.open(memory_limit="8GB") as warehouse:
            _compare(warehouse, people)


def _compare(warehouse: Warehouse, people: int) -> None:
    from benchmarks import rival_openfisca, rival_pandas  # noqa: PLC0415  基准依赖组里才有

    connection = warehouse.connection.con
    synthetic.fill(connection, people)
    households, persons = _facts(connection)
    ten = assessor()
    facts = FactTables(warehouse.connection.table("persons"), warehouse.connection.table("households"))
    sql = warehouse.connection.compile(ten.scores(facts).select("household", "score"))
    store = partial(connection.execute, f"CREATE OR REPLACE TABLE scored AS {sql}")
    pandas = partial(rival_pandas.score, *rival_pandas.load(households, persons), ten.parameters)
    made = rival_openfisca.system(dict(load_rulebook().parameters))
    inputs, positions = rival_openfisca.load(_columns(households), _columns(persons))
    calculating: list[float] = []

    def openfisca() -> np.ndarray:
        built = rival_openfisca.simulation(made, inputs, positions, households.num_rows)
        with timed() as watch:
            scores = rival_openfisca.score(built)
        calculating.append(watch.seconds)
        return scores

    store()
    ours = connection.sql("SELECT score FROM scored ORDER BY household").fetchnumpy()["score"]
    _check_equal("pandas", ours, pandas()["score"].to_numpy())
    _check_equal("OpenFisca", ours, openfisca())
    own, by_pandas, by_openfisca = race([store, pandas, openfisca], rounds=5)
    line(f"{people:,} 人 规则(DuckDB,结果存成表)", f"{own:.3f} 秒")
    line(f"{people:,} 人 pandas", f"{by_pandas:.3f} 秒,是规则的 {by_pandas / own:.2f} 倍")
    parts = f"其中连接人与户、放入数据 {by_openfisca - min(calculating):.3f} 秒,公式 {min(calculating):.3f} 秒"
    line(f"{people:,} 人 OpenFisca", f"{by_openfisca:.3f} 秒,是规则的 {by_openfisca / own:.2f} 倍({parts})")


def _facts(connection: duckdb.DuckDBPyConnection) -> list[pa.Table]:
    """户、人两张 Arrow 表,只有用得到的列,按户排序。"""
    wanted = (("households", HOUSEHOLD_FACTS), ("persons", PERSON_FACTS))
    queries = (f"SELECT household, {', '.join(names)} FROM {table} ORDER BY household" for table, names in wanted)
    return [connection.sql(query).to_arrow_table() for query in queries]


def _columns(table: pa.Table) -> dict[str, np.ndarray]:
    """Arrow 表 → numpy 列;数与布尔都成 float64,未知为 NaN。"""
    columns = {}
    for name in table.column_names:
        column = table[name]
        if str(column.type) == "bool":
            column = column.cast("uint8")
        columns[name] = column.to_numpy()
    return columns


def _check_equal(name: str, ours: np.ndarray, theirs: np.ndarray) -> None:
    worst = float(np.abs(ours - theirs).max())
    assert len(ours) == len(theirs) > 0
    assert worst < TOLERANCE, f"{name} 与规则的得分最多差 {worst}({int((np.abs(ours - theirs) > TOLERANCE).sum())} 户)"
