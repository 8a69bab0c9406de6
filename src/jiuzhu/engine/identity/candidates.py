"""候选:每条主张可能是总表里的谁。各种途径求并,全部以连接完成,不逐行比较。

途径(via):
  number   号码差一位、相邻两位对调、多一位或少一位,或已知各位都吻合
  place    同村居同名(含形近字、漏字),或同乡镇同名
  home     户主、监护人、户编号、电话、住址、账号指向的户里的人
  birth    残缺号码里的出生日期与姓都对
  name     同名者不多于 NAMESAKES 人
"""

from __future__ import annotations

import polars as pl

from jiuzhu.engine.gather import gather
from jiuzhu.engine.identity.direct import Owners
from jiuzhu.engine.identity.lookup import may_hold
from jiuzhu.engine.identity.names import fold, folded_from

NAMESAKES = 8  # 只凭姓名时,同名多于此数就无从判断
_PAIR = ["claim", "person"]


def candidate_pairs(claims: pl.DataFrame, people: pl.DataFrame, owners: Owners) -> pl.DataFrame:
    """→ 不重复的 `claim person`。总表很大,每条途径先按散列筛出可能的少数人(may_hold)再连接。"""
    named = claims.filter(pl.col("name").is_not_null())
    parts = [
        *_by_number(named, people, owners),
        *_by_home(claims, people),
        *_by_place(named, people),
        _by_birth(named, people),
        _by_name(named, people),
    ]
    return pl.concat([part.select(pl.col("claim").cast(pl.UInt32), "person") for part in parts]).unique(_PAIR)


def _by_number(claims: pl.DataFrame, people: pl.DataFrame, owners: Owners) -> list[pl.DataFrame]:
    wanted = claims.filter((pl.col("digits") > 0) & (pl.col("whole").is_null() | pl.col("outsider").is_not_null()))
    odd = claims.filter(pl.col("number").str.contains(r"^(?:[0-9]{16}|[0-9]{18})[0-9X]$"))
    if wanted.is_empty() and odd.is_empty():
        return []
    return [
        _one_part_off(wanted, people),
        _swapped_over_cuts(wanted, owners),
        *_odd_lengths(odd, people),
    ]


def _one_part_off(claims: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """一段(区划、年、月日、顺序码)里错一位:其余三段相同。其余三段合成一个整数来连。"""
    left = claims.select("claim", "folded", **_digit_parts(pl.col("pattern")))
    area, year, day, order = (pl.col(part) for part in ("area", "year", "day", "order"))
    ours = (
        (year * 10**7 + day * 10**3) + order,
        (area * 10**7 + day * 10**3) + order,
        (area * 10**7 + year * 10**3) + order,
        (area * 10**8 + year * 10**4) + day,
    )
    value = pl.col("value")
    theirs = (
        value % 10**11,
        value // 10**11 * 10**7 + value % 10**7,
        value // 10**7 * 10**3 + value % 10**3,
        value // 10**3,
    )
    right = people.select("person", value=pl.col("id").str.slice(0, 17).cast(pl.Int64, strict=False))
    pairs = []
    for one, other in zip(ours, theirs, strict=True):
        wanted = left.select("claim", "folded", key=one).drop_nulls("key")
        keys = right.select("person", key=other)
        pairs.append(wanted.join(keys.filter(may_hold(keys["key"], wanted["key"])), on="key"))
    return _name_may_agree(pl.concat(pairs).drop("key"), people["name"])


def _digit_parts(text: pl.Expr) -> dict[str, pl.Expr]:
    """18 位样式的四段(区划、年、月日、顺序码)为整数;含未知位的段为空。"""
    cuts = {"area": (0, 6), "year": (6, 4), "day": (10, 4), "order": (14, 3)}
    return {name: text.str.slice(start, size).cast(pl.Int64, strict=False) for name, (start, size) in cuts.items()}


def _name_may_agree(pairs: pl.DataFrame, names: pl.Series) -> pl.DataFrame:
    """补正须凭姓名证明:首字、末字都不同的不必再比。"""
    pairs = pairs.with_columns(gather(names, pairs["person"]).alias("name"))
    ends = [pl.col("folded").str.head(1) == fold(pl.col("name").str.head(1))]
    ends.append(pl.col("folded").str.tail(1) == fold(pl.col("name").str.tail(1)))
    return pairs.filter(pl.any_horizontal(ends) | pl.col("name").is_null()).select(_PAIR)


def _swapped_over_cuts(claims: pl.DataFrame, owners: Owners) -> pl.DataFrame:
    """跨段的相邻对调(第 6、10、14 位与后一位,第 17 位与校验位):换回来再查全号。"""
    text = pl.col("pattern")
    turned = [
        claims.select(
            "claim", id=text.str.slice(0, k) + text.str.slice(k + 1, 1) + text.str.slice(k, 1) + text.str.slice(k + 2)
        )
        for k in (5, 9, 13, 16)
    ]
    every = pl.concat(turned)
    return every.select("claim", owners.of(every["id"]).alias("person")).drop_nulls()


def _odd_lengths(odd: pl.DataFrame, people: pl.DataFrame) -> list[pl.DataFrame]:
    """17、19 位的号码:后 8 位或前 9 位没错的那一半相同,且同名(或折叠后同名)。"""
    if odd.is_empty():
        return []
    halves = [(pl.col("number").str.slice(-8), pl.col("id").str.slice(-8))]
    halves.append((pl.col("number").str.slice(0, 9), pl.col("id").str.slice(0, 9)))
    near = people.filter(may_hold(people["name"], odd["name"]))
    return [
        odd.select("claim", "name", half=ours)
        .join(near.select("person", "name", half=theirs), on=["name", "half"])
        .select(_PAIR)
        for ours, theirs in halves
    ]


def _by_home(claims: pl.DataFrame, people: pl.DataFrame) -> list[pl.DataFrame]:
    account = claims.select("claim", person="account_person").drop_nulls()
    wanted = [claims.select("claim", household=f"{kind}household").drop_nulls() for kind in ("", "other_", "owner_")]
    wanted.append(account.select("claim", gather(people["household"], account["person"]).alias("household")))
    homes = pl.concat(wanted)
    inside = people.select("person", "household").filter(may_hold(people["household"], homes["household"]))
    return [homes.join(inside, on="household").select(_PAIR), account.select(_PAIR)]


def _by_place(named: pl.DataFrame, people: pl.DataFrame) -> list[pl.DataFrame]:
    local = named.filter(pl.col("township_code").is_not_null())
    if local.is_empty():
        return []
    namesakes = people.select("person", "name", "village_code").filter(may_hold(people["name"], local["name"]))
    namesakes = namesakes.with_columns(township_code=pl.col("village_code").str.slice(0, 9))
    whole = local.join(namesakes, on=["name", "township_code"], suffix="_p")
    in_village = local.filter(pl.col("village_code").is_not_null())
    neighbours = _same_surname(in_village, people, pl.col("village_code"))
    folded = in_village.select("claim", "village_code", "folded").join(
        neighbours.with_columns(folded=fold(pl.col("name"))), on=["folded", "village_code"]
    )
    return [whole.select(_PAIR), folded.select(_PAIR), *_dropped_in_village(in_village, neighbours)]


def _same_surname(claims: pl.DataFrame, people: pl.DataFrame, place: pl.Expr) -> pl.DataFrame:
    """总表里 `place` 与某条主张相同、姓也相同(或形近)的人:`person name` 与 place。按散列筛,会多出几个。"""
    people = people.select("person", "name", place)
    surname = pl.col("name").str.head(1).alias("surname")
    wanted = (
        claims.select(place, surname)
        .unique()
        .join(folded_from(claims.select(surname).to_series()), left_on="surname", right_on="char")
    )
    return people.filter(may_hold(people.select(place, surname), wanted.select(place, "origin")))


def _dropped_in_village(local: pl.DataFrame, villagers: pl.DataFrame) -> list[pl.DataFrame]:
    """同村里漏写一字的:主张“郑晨”对郑浩晨、郑晨某。"""
    long = villagers.filter(pl.col("name").str.len_chars() == 3)
    short = local.filter(pl.col("name").str.len_chars() == 2).select("claim", "village_code", "name")
    return [
        short.join(long.with_columns(name=drop), on=["name", "village_code"]).select(_PAIR)
        for drop in dropped_forms(pl.col("name"))
    ]


def dropped_forms(name: pl.Expr) -> list[pl.Expr]:
    """三字姓名漏写一字(姓不漏)的两种写法。"""
    return [name.str.slice(0, 1) + name.str.slice(2, 1), name.str.slice(0, 2)]


def _by_birth(named: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    born = pl.col("born")
    claims = named.select("claim", "name", "folded", born=pl.col("pattern").str.slice(6, 8))
    claims = claims.filter(born.str.contains(r"^[0-9]{8}$"))
    if claims.is_empty():
        return claims.select("claim", person=pl.lit(None, dtype=pl.UInt32))
    near = _same_surname(claims, people.with_columns(born=pl.col("id").str.slice(6, 8)), born)
    left = claims.select("claim", "born", surname=pl.col("folded").str.slice(0, 1))
    right = near.select("person", "born", surname=fold(pl.col("name").str.head(1)))
    return left.join(right, on=["born", "surname"]).select(_PAIR)


def _by_name(named: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    namesakes = people.select("person", "name").filter(may_hold(people["name"], named["name"]))
    few = namesakes.filter(pl.len().over("name") <= NAMESAKES)
    return named.select("claim", "name").join(few, on="name").select(_PAIR)
