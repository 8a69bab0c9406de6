"""一个小县:几户人,供身份各测试取用。号码由规则算出,人皆虚构。"""

from datetime import date

import polars as pl

from jiuzhu.engine.identity import Linkage, link
from jiuzhu.engine.identity.keys import person_ids
from jiuzhu.engine.identity.numbers import CHECK_CHARS, WEIGHTS

KEY = bytes(range(32))
AS_OF = date(2026, 10, 31)
NORTH, SOUTH = "420999111222", "420999103207"
PLACE = {NORTH: "安澜县南岭乡北湾村", SOUTH: "安澜县双桥镇东岗村"}
REGISTER = [
    "id_number",
    "name",
    "household_number",
    "relation",
    "village_code",
    "address",
    "birth_date",
    "sex",
    "status",
]


def number(born: str, order: int, area: str = "420999") -> str:
    """18 位号码,校验位现算。"""
    first = f"{area}{born}{order:03d}"
    return first + CHECK_CHARS[sum(int(d) * w for d, w in zip(first, WEIGHTS, strict=True)) % 11]


def resident(
    name: str, born: str, order: int, *, home: str, relation: str = "户主", village: str = NORTH, status: str = "正常"
):
    """一名在册居民(户籍一行)。"""
    return {
        "id_number": number(born, order),
        "name": name,
        "household_number": home,
        "relation": relation,
        "village_code": village,
        "address": f"{PLACE[village]}{int(home) % 9 + 1}组{int(home)}号",
        "birth_date": date(int(born[:4]), int(born[4:6]), int(born[6:])),
        "sex": "男" if order % 2 else "女",
        "status": status,
    }


YE = resident("叶珠雨", "19611022", 241, home="100001")
QIN = resident("秦俊燕", "19630420", 120, home="100001", relation="配偶")
YE_SON = resident("叶海生", "19880511", 335, home="100001", relation="子女")
DAI = resident("戴银雨", "19551113", 446, home="100002", village=SOUTH)
FAN = resident("范涛", "19490616", 813, home="100003", village=SOUTH, status="死亡注销")
LIU = resident("刘浩晨", "20140302", 517, home="100004", relation="子女")
LIU_HEAD = resident("刘建国", "19790909", 211, home="100004")
CAST = [YE, QIN, YE_SON, DAI, FAN, LIU, LIU_HEAD]


def filler(count: int = 400) -> list[dict[str, object]]:
    """凑数的居民:姓名各不相同,好让姓名词频、住处的机缘像个县。"""
    stems = [a + b for a in "甲乙丙丁戊己庚辛壬癸" for b in "子丑寅卯辰巳午未申酉戌亥"]
    people = []
    for k in range(count):
        name = "赵钱孙李周吴郑王"[k % 8] + stems[(k // 8) % 120]
        village = NORTH if k % 2 else SOUTH
        born = f"{1940 + k % 70}{k % 12 + 1:02d}{k % 28 + 1:02d}"
        people.append(resident(name, born, 300 + k % 600, home=str(200000 + k), village=village))
    return people


def table(source: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    """规范表:补上 file、row 和 name、id_number。"""
    frame = pl.DataFrame(rows, infer_schema_length=None)
    missing = [pl.lit(None, dtype=pl.String).alias(c) for c in ("name", "id_number") if c not in frame.columns]
    frame = frame.with_columns(missing).with_columns(
        file=pl.lit(f"{source}.csv"), row=pl.int_range(1, len(rows) + 1, dtype=pl.Int64)
    )
    nulls = [c for c, kind in frame.schema.items() if kind == pl.Null]
    return frame.with_columns(pl.col(nulls).cast(pl.String)) if nulls else frame


def county(
    people: list[dict[str, object]] | None = None, **sources: list[dict[str, object]]
) -> dict[str, pl.DataFrame]:
    """有户籍的县;`people` 缺省为 CAST 加凑数的人。凑数的人都参了保,由此知道来件人几乎都在册。"""
    register = table("hukou", people if people is not None else [*CAST, *filler()])
    insured = [{"name": one["name"], "id_number": one["id_number"]} for one in filler()] * 6
    given = {source: table(source, rows) for source, rows in sources.items()}
    return {"hukou": register, "social_insurance": table("social_insurance", insured), **given}


def linked(tables: dict[str, pl.DataFrame]) -> Linkage:
    return link(tables, key=KEY, as_of=AS_OF)


def code(person: dict[str, object]) -> str:
    """某居民的 person_id。"""
    return person_ids(KEY, pl.Series([person["id_number"]]))[0]


def verdict(tables: dict[str, pl.DataFrame], source: str, row: int = 1) -> tuple[str | None, str]:
    """某来源某行的(person_id, method)。"""
    found = linked(tables).links.filter((pl.col("source") == source) & (pl.col("row") == row))
    return found["person_id"][0], found["method"][0]


def measure(links: pl.DataFrame, truth: pl.DataFrame) -> tuple[float, float]:
    """`truth`(file row id)对照 links → (已认定行的准确率, 全部行的召回率)。"""
    expected = truth.with_columns(expected=person_ids(KEY, truth["id"]))
    both = expected.join(links, on=["file", "row"], how="left")
    right = pl.col("person_id") == pl.col("expected")
    return both.select(right.mean()).item(), both.select(right.fill_null(False).mean()).item()
