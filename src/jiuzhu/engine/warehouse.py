"""表放在哪里:这里是 DuckDB,更大时是 Spark;别处都不知道是哪个。

仓库里只有去敏的表。表达式一律是 Ibis;本模块是唯一知道后端的地方。
"""

import os
import tempfile
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import ibis
import numpy as np
import polars as pl
from ibis.common.graph import Node
from ibis.expr import operations as ops
from ibis.expr import types as ir

Engine = Literal["duckdb", "spark"]


class _Compiled:
    """编好的语句。同样的表、同样的规则编出来总是同一句,而编一次要几百毫秒:一个进程里再算一次就不必再编。

    表达式带着表的名称、各列的类型与连接参数,相等即语句相等;所以各仓库的连接参数要相同。
    """

    MOST = 128

    def __init__(self) -> None:
        self._known: OrderedDict[Node, str] = OrderedDict()

    def sql(self, connection: Any, expression: ir.Table) -> str:
        operation = expression.op()
        if (known := self._known.get(operation)) is None:
            known = self._known.setdefault(operation, connection.compile(expression))
            while len(self._known) > self.MOST:
                self._known.popitem(last=False)
        return known


COMPILED = _Compiled()


class Warehouse:
    """一次运行用的表。用完即关;``with Warehouse.open("duckdb") as warehouse: ...``"""

    def __init__(self, connection: Any, engine: Engine, scratch: tempfile.TemporaryDirectory[str]) -> None:
        self.connection = connection
        self.engine = engine
        self._scratch = scratch
        self._stored = 0
        self._frames: dict[str, pl.DataFrame] = {}  # DuckDB 里放入、留下的表;取回时不必再查一遍

    @classmethod
    def open(cls, engine: Engine = "duckdb", *, memory_limit: str = "3GB", threads: int | None = None) -> Self:
        """开一个空仓库。``memory_limit`` 是数据库自己的上限,超出时落到临时文件夹。"""
        scratch = tempfile.TemporaryDirectory(prefix="jiuzhu-")
        if engine == "spark":
            return cls(_spark(scratch.name), engine, scratch)
        connection = ibis.duckdb.connect(
            memory_limit=memory_limit,
            threads=threads or os.cpu_count() or 1,
            preserve_insertion_order=True,  # 取回的仍按放入时的次序,不必再排
            produce_arrow_string_view=True,  # 与 polars 的文字同一种存法,来回不必复制
            arrow_output_version="1.4",
        )
        connection.con.execute("SET temp_directory = ?", [scratch.name])  # 不作连接参数:见 _Compiled
        return cls(connection, engine, scratch)

    @property
    def in_memory(self) -> bool:
        """留下的表就在内存里,取回不必再查。"""
        return self.engine == "duckdb"

    def put(self, name: str, frame: pl.DataFrame) -> ir.Table:
        """放入一张 polars 表。"""
        if self.engine == "duckdb":
            self.connection.con.register(name, frame.to_arrow(compat_level=pl.CompatLevel.newest()))
            self._frames[name] = frame
            schema = ibis.Schema.from_polars(frame.schema)  # 各列的类型已知,不必再问数据库
            return ops.DatabaseTable(name, schema, self.connection, ops.Namespace()).to_expr()
        path = Path(self._scratch.name) / f"{name}.parquet"
        frame.write_parquet(path)
        return self.read_parquet(path, name)

    def read_parquet(self, paths: Path | Sequence[Path], name: str) -> ir.Table:
        """把 Parquet 文件当表用,不读进内存。"""
        files = [str(path) for path in ([paths] if isinstance(paths, Path) else paths)]
        return self.connection.read_parquet(files if len(files) > 1 else files[0], table_name=name)

    def keep(self, expression: ir.Table, name: str) -> ir.Table:
        """算出来并留在仓库里,以后的步骤不再重算。"""
        if self.engine == "duckdb":
            return self.put(name, self._run(expression))
        self._stored += 1
        path = Path(self._scratch.name) / f"kept-{self._stored}-{name}.parquet"
        self.connection.to_parquet(expression, str(path))
        return self.read_parquet(path, f"kept_{self._stored}_{name}")

    def widen(
        self,
        table: ir.Table,
        others: Sequence[ir.Table | pl.DataFrame],
        key: str,
        name: str,
        absent: Mapping[str, Any] | None = None,
    ) -> ir.Table:
        """``others``(各以 ``key`` 为键,是运行内的序号,一键一行)的列逐个接在 ``table`` 右边,算出来留下;空的取 ``absent`` 里那一列的值。

        DuckDB 的取出来由 polars 拼:一句连十几张表,每张都要逐行抄一遍左边的全部列。
        """
        absent = absent or {}
        if self.engine != "duckdb":
            for place, other in enumerate(others):
                part = f"{name}_{place}"
                kept = self.put(part, other) if isinstance(other, pl.DataFrame) else self.keep(other, part)
                table = table.left_join(kept, key).drop(f"{key}_right")
            filled = {column: table[column].fill_null(value) for column, value in absent.items()}
            return self.keep(table.mutate(**filled), name)
        left = self.fetch(table)
        frames = [other if isinstance(other, pl.DataFrame) else self.fetch(other) for other in others]
        found = [_looked_up(left[key], frame, absent) for frame in frames]
        return self.put(name, pl.concat([left, *found], how="horizontal"))

    def extend(self, table: ir.Table, added: Mapping[str, ir.Value], columns: Sequence[str], name: str) -> ir.Table:
        """``table``(已留在仓库里)逐行添上 ``added``,取 ``columns`` 各列,算出来留下。DuckDB 只算添的列,原有的不再进出一遍。"""
        if self.engine != "duckdb":
            return self.keep(table.mutate(**added).select(*columns), name)
        frames = [self.fetch(table), self._run(table.select(**added))] if added else [self.fetch(table)]
        return self.put(name, pl.concat(frames, how="horizontal").select(columns))

    def fetch(self, expression: ir.Table) -> pl.DataFrame:
        """取成 polars 表。"""
        operation = expression.op()
        if isinstance(operation, ops.DatabaseTable) and operation.name in self._frames:
            return self._frames[operation.name]
        return self._run(expression)

    def _run(self, expression: ir.Table) -> pl.DataFrame:
        """DuckDB 直接给 Arrow:Ibis 的转换要先载入 pandas。"""
        if self.engine == "duckdb":
            arrow = self.connection.con.sql(COMPILED.sql(self.connection, expression)).to_arrow_table()
        else:
            arrow = self.connection.to_pyarrow(expression)
        frame = pl.from_arrow(arrow)
        assert isinstance(frame, pl.DataFrame)
        return frame

    def write(self, expression: ir.Table, path: Path) -> None:
        """写成一个 Parquet 文件(压缩 zstd)。"""
        if self.engine == "duckdb":
            self.connection.con.execute("SET preserve_insertion_order = false")  # 保着次序写,放不下的就要全攒在内存里
            self.connection.to_parquet(expression, path, compression="zstd")
            self.connection.con.execute("SET preserve_insertion_order = true")
        else:
            self.fetch(expression).write_parquet(path)

    def close(self) -> None:
        self.connection.disconnect()
        self._scratch.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _looked_up(keys: pl.Series, other: pl.DataFrame, absent: Mapping[str, Any]) -> pl.DataFrame:
    """``keys`` 每一个在 ``other`` 里的那一行;没有的取末尾添的一行。序号不大,直接按序号找位置,不必散列连接。"""
    other = other.drop_nulls(keys.name)
    rows = other.drop(keys.name)
    if not absent and keys.equals(other[keys.name]):
        return rows
    filled = rows.with_columns(pl.col(name).fill_null(absent[name]) for name in rows.columns if name in absent)
    nothing = pl.DataFrame({name: [absent.get(name)] for name in rows.columns}, schema=rows.schema)
    numbers, own = keys.to_numpy(), other[keys.name].to_numpy()
    places = np.full(max(numbers.max(initial=0), own.max(initial=0)) + 1, len(own), dtype=np.uint32)
    places[own] = np.arange(len(own), dtype=np.uint32)
    return pl.concat([filled, nothing], rechunk=True)[pl.Series(places[numbers])]


def _spark(scratch: str) -> Any:
    """本机模式的 Spark;集群由环境变量 ``SPARK_REMOTE``、``MASTER`` 等决定。"""
    from pyspark.sql import SparkSession  # noqa: PLC0415  可选依赖,装了 spark 扩展才有

    session = (
        SparkSession.builder.master(os.environ.get("JIUZHU_SPARK_MASTER", "local[*]"))
        .appName("jiuzhu")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", os.environ.get("JIUZHU_SPARK_PARTITIONS", "8"))
        .config("spark.sql.session.timeZone", "Asia/Shanghai")
        .config("spark.local.dir", scratch)
        .config("spark.sql.warehouse.dir", f"{scratch}/spark-warehouse")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return ibis.pyspark.connect(session)
