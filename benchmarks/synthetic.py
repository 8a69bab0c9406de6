"""任意多人的事实宽表,由 DuckDB 按散列造出:大小可定,同一大小总是同一批。

只造规则用到的列;分布仿演示县,每个数列约百分之二未知。
"""

from collections.abc import Mapping
from pathlib import Path

import duckdb

# 户级列 → 取值的 SQL;u 是该行该列的 [0,1) 均匀数
NUMBERS: Mapping[str, str] = {
    "月人均核定收入": "round(-1100 * ln(1 - u), 2)",
    "月人均可查收入": "CASE WHEN u < 0.4 THEN 0 ELSE round(-900 * ln(1.4 - u), 2) END",
    "家庭年核定收入": "round(-39000 * ln(1 - u), 2)",
    "金融资产折合低保月数": "round(-5 * ln(1 - u), 4)",
    "家庭汽车数": "CASE WHEN u > 0.76 THEN 1 ELSE 0 END",
    "家庭汽车估值": "CASE WHEN u > 0.76 THEN round(u * 150000) ELSE 0 END",
    "家庭新购汽车估值": "CASE WHEN u > 0.97 THEN round(u * 90000) ELSE 0 END",
    "家庭市场主体数": "CASE WHEN u > 0.93 THEN 1 ELSE 0 END",
    "家庭公积金月缴存额": "CASE WHEN u > 0.9 THEN round(u * 1500, 2) ELSE 0 END",
    "家庭投资理财": "CASE WHEN u > 0.93 THEN round(u * 50000, 2) ELSE 0 END",
    "户月均用电量": "round(60 + 120 * u, 1)",
    "月人均水电通信费": "round(25 + 90 * u, 2)",
    "家庭近12个月自付医疗费": "CASE WHEN u > 0.7 THEN round(-8000 * ln(1 - u), 2) ELSE 0 END",
    "家庭近3个月自付医疗费": "CASE WHEN u > 0.9 THEN round(-3000 * ln(1 - u), 2) ELSE 0 END",
    "人均自付医疗费": "CASE WHEN u > 0.7 THEN round(-3000 * ln(1 - u), 2) ELSE 0 END",
    "家庭年教育费用": "CASE WHEN u > 0.75 THEN round(u * 9000) ELSE 0 END",
    "家庭年刚性支出": "CASE WHEN u > 0.6 THEN round(-9000 * ln(1 - u), 2) ELSE 0 END",
    "扣除刚性支出后月人均收入": "round(-1000 * ln(1 - u) - 100, 2)",
    "人均住宅面积": "CASE WHEN u < 0.44 THEN 0 ELSE round(u * 60, 2) END",
    "抚养负担比": "round(u, 4)",
}
COUNTS: Mapping[str, float] = {
    "残疾人数": 0.1, "重度残疾人数": 0.06, "重病人数": 0.04, "未资助在校生数": 0.27, "在校生数": 0.29, "在职参保人数": 0.3,
    "有收入记录人数": 0.7, "不动产处数": 0.56, "家庭住宅数": 0.55, "家庭非住宅数": 0.04, "低边户重残重病人数": 0.006,
}  # fmt: skip
FLAGS: Mapping[str, float] = {
    "无劳动力户": 0.2, "独居老人": 0.11, "隔代抚养": 0.01, "单人带未成年": 0.02, "近12个月有成员去世": 0.01, "零就业家庭": 0.4,
    "无住宅登记": 0.44, "户有低保": 0.08, "户有特困": 0.013, "户有低保边缘": 0.05, "在保或在册": 0.15, "户内返贫风险未消除": 0.02,
    "户内突发严重困难": 0.01,
}  # fmt: skip
PERSON_FLAGS: Mapping[str, float] = {
    "高龄老人": 0.04, "重度残疾": 0.02, "困境儿童": 0.001, "患重病": 0.013, "在高等教育": 0.023, "适龄未在学": 0.001,
    "登记失业": 0.006, "困难职工": 0.002,
}  # fmt: skip
PERSON_NUMBERS: Mapping[str, str] = {
    "近12个月自付医疗费": "CASE WHEN u > 0.87 THEN round(-5000 * ln(1 - u), 2) ELSE 0 END",
    "近12个月住院次数": "CASE WHEN u > 0.88 THEN ceil((u - 0.88) * 30) ELSE 0 END",
    "失业月数": "CASE WHEN u > 0.995 THEN ceil((u - 0.995) * 2000) ELSE 0 END",
    "断缴月数": "CASE WHEN u > 0.99 THEN ceil((u - 0.99) * 1000) ELSE 0 END",
}
AVERAGE_SIZE = 3


def household_sql(first: int, count: int) -> str:
    """户号 ``first`` 起 ``count`` 户的户级事实。"""
    columns = [
        *(number(name, sql) for name, sql in NUMBERS.items()),
        *(number(name, f"CASE WHEN u < {rate} THEN 1 + CAST(u < {rate / 8} AS INT) ELSE 0 END") for name, rate in COUNTS.items()),
        *(flag(name, rate) for name, rate in FLAGS.items()),
    ]  # fmt: skip
    return f"""
        SELECT i::INTEGER AS household, '420999101' || CASE WHEN i % 14 = 0 THEN '0' ELSE '2' END
          || lpad((i % 24)::VARCHAR, 2, '0') AS village_code, CASE WHEN i % 14 = 0 THEN '城' ELSE '乡' END AS 城乡,
          (1 + i % 5)::DOUBLE AS 家庭人口数, {", ".join(columns)}
        FROM range({first}, {first + count}) t(i)"""


def person_sql(first: int, count: int) -> str:
    """同一段户里的人,按户相邻;户均 3 人。"""
    columns = [
        *(number(name, sql) for name, sql in PERSON_NUMBERS.items()),
        *(flag(name, rate) for name, rate in PERSON_FLAGS.items()),
    ]
    return f"""
        WITH members AS (SELECT h, unnest(range(1 + h % 5)) AS k FROM range({first}, {first + count}) t(h)),
             numbered AS (SELECT h, h * 8 + k AS i FROM members)
        SELECT i::BIGINT AS person, h::INTEGER AS household,
          true AS 在世, {", ".join(columns)}
        FROM numbered"""


def fill(connection: duckdb.DuckDBPyConnection, people: int) -> None:
    """内存里的 households、persons 两张表。"""
    households = people // AVERAGE_SIZE
    connection.execute(f"CREATE OR REPLACE TABLE households AS {household_sql(0, households)}")
    connection.execute(f"CREATE OR REPLACE TABLE persons AS {person_sql(0, households)}")


def write_parts(folder: Path, people: int, part: int) -> None:
    """写成一段段的 Parquet(每段约 ``part`` 人),总量可以大过内存。"""
    households = people // AVERAGE_SIZE
    step = part // AVERAGE_SIZE
    connection = duckdb.connect()
    for number, first in enumerate(range(0, households, step)):
        count = min(step, households - first)
        for name, sql in (("households", household_sql(first, count)), ("persons", person_sql(first, count))):
            path = folder / f"{name}-{number:04}.parquet"
            connection.execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


def _uniform(name: str) -> str:
    return f"((hash(i, '{name}') % 1000000) / 1000000.0)"


def number(name: str, sql: str) -> str:
    value = sql.replace("u", "§").replace("ro§nd", "round").replace("§", _uniform(name))
    unknown = f"hash(i, '{name}?') % 50 = 0"
    return f"CASE WHEN {unknown} THEN NULL ELSE ({value})::DOUBLE END AS {name}"


def flag(name: str, rate: float) -> str:
    return f"CASE WHEN hash(i, '{name}?') % 50 = 0 THEN NULL ELSE {_uniform(name)} < {rate} END AS {name}"
