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

from jiuzhu.engine.identity.names import fold

NAMESAKES = 8  # 只凭姓名时,同名多于此数就无从判断
_PAIR = ["claim", "person"]
_POWERS = [10**k for k in range(18)]


def candidate_pairs(claims: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """→ 不重复的 `claim person`。"""
    named = claims.filter(pl.col("name").is_not_null())
    parts = [
        *_by_number(named, people),
        *_by_home(claims, people),
        *_by_place(named, people),
        _by_birth(named, people),
        _by_name(named, people),
    ]
    return pl.concat([part.select(pl.col("claim").cast(pl.UInt32), "person") for part in parts]).unique(_PAIR)


def _digit_parts(text: pl.Expr) -> dict[str, pl.Expr]:
    """18 位样式的四段(区划、年、月日、顺序码)为整数;含未知位的段为空。"""
    cuts = {"area": (0, 6), "year": (6, 4), "day": (10, 4), "order": (14, 3)}
    return {name: text.str.slice(start, size).cast(pl.Int64, strict=False) for name, (start, size) in cuts.items()}


def _by_number(claims: pl.DataFrame, people: pl.DataFrame) -> list[pl.DataFrame]:
    wanted = claims.filter((pl.col("digits") > 0) & (pl.col("whole").is_null() | pl.col("outsider").is_not_null()))
    odd = claims.filter(pl.col("number").str.contains(r"^(?:[0-9]{16}|[0-9]{18})[0-9X]$"))
    if wanted.is_empty() and odd.is_empty():
        return []
    left = wanted.select("claim", "pattern", "name", **_digit_parts(pl.col("pattern")))
    right = people.select("person", pl.col("name").alias("p_name"), **_number_parts())
    names = ["area", "year", "day", "order"]
    pairs = [
        _name_may_agree(left.join(right, on=[n for n in names if n != omitted], how="inner")) for omitted in names
    ]  # 一段里错一位:其余三段相同
    return [*pairs, _swapped_over_cuts(left, people), *_odd_lengths(odd, people)]


def _name_may_agree(pairs: pl.DataFrame) -> pl.DataFrame:
    """补正须凭姓名证明:首字、末字都不同的不必再比。"""
    ours, theirs = fold(pl.col("name")), fold(pl.col("p_name"))
    same = (ours.str.head(1) == theirs.str.head(1)) | (ours.str.tail(1) == theirs.str.tail(1))
    return pairs.filter(same | pl.col("p_name").is_null()).select(_PAIR)


def _number_parts() -> dict[str, pl.Expr]:
    value = pl.col("id").str.slice(0, 17).cast(pl.Int64, strict=False)
    return {
        "area": value // _POWERS[11],
        "year": value // _POWERS[7] % _POWERS[4],
        "day": value // _POWERS[3] % _POWERS[4],
        "order": value % _POWERS[3],
    }


def _swapped_over_cuts(left: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """跨段的相邻对调(第 6、10、14 位与后一位,第 17 位与校验位):换回来再查全号。"""
    text = pl.col("pattern")
    turned = [
        text.str.slice(0, k) + text.str.slice(k + 1, 1) + text.str.slice(k, 1) + text.str.slice(k + 2)
        for k in (5, 9, 13, 16)
    ]
    return left.select("claim", id=pl.concat_list(turned)).explode("id").join(people.select("id", "person"), on="id")


def _odd_lengths(odd: pl.DataFrame, people: pl.DataFrame) -> list[pl.DataFrame]:
    """17、19 位的号码:后 8 位或前 9 位没错的那一半相同,且同名(或折叠后同名)。"""
    if odd.is_empty():
        return []
    halves = [(pl.col("number").str.slice(-8), pl.col("id").str.slice(-8))]
    halves.append((pl.col("number").str.slice(0, 9), pl.col("id").str.slice(0, 9)))
    near = people.join(odd.select("name").unique(), on="name", how="semi")
    return [
        odd.select("claim", "name", half=ours)
        .join(near.select("person", "name", half=theirs), on=["name", "half"])
        .select(_PAIR)
        for ours, theirs in halves
    ]


def _by_home(claims: pl.DataFrame, people: pl.DataFrame) -> list[pl.DataFrame]:
    homes = people.select("person", "household")
    parts = [
        claims.select("claim", household=column).drop_nulls().join(homes, on="household").select(_PAIR)
        for column in ("household", "other_household")
    ]
    account = claims.select("claim", person="account_person").drop_nulls()
    own = (
        homes.join(account.select("person"), on="person", how="semi")
        .join(account, on="person")
        .select("claim", "household")
    )
    owned = claims.select("claim", household="owner_household").drop_nulls().join(homes, on="household").select(_PAIR)
    return [*parts, owned, account.select(_PAIR), own.join(homes, on="household").select(_PAIR)]


def _by_place(named: pl.DataFrame, people: pl.DataFrame) -> list[pl.DataFrame]:
    local = named.filter(pl.col("township_code").is_not_null())
    if local.is_empty():
        return []
    villagers = people.select("person", "name", "village_code", township_code=pl.col("village_code").str.slice(0, 9))
    whole = local.join(villagers, on=["name", "township_code"], suffix="_p")
    in_village = local.filter(pl.col("village_code").is_not_null())
    same_village = villagers.join(in_village.select("village_code").unique(), on="village_code", how="semi")
    folded = in_village.select("claim", "village_code", "folded").join(
        same_village.with_columns(folded=fold(pl.col("name"))), on=["folded", "village_code"]
    )
    return [whole.select(_PAIR), folded.select(_PAIR), *_dropped_in_village(in_village, same_village)]


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
    born = pl.col("pattern").str.slice(6, 8)
    known = named.filter(born.str.contains(r"^[0-9]{8}$"))
    left = known.select("claim", born=born, surname=pl.col("folded").str.slice(0, 1))
    right = people.with_columns(born=pl.col("id").str.slice(6, 8)).join(
        left.select("born").unique(), on="born", how="semi"
    )
    return left.join(
        right.select("person", "born", surname=fold(pl.col("name")).str.slice(0, 1)), on=["born", "surname"]
    ).select(_PAIR)


def _by_name(named: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    namesakes = people.select("person", "name").join(named.select("name").unique(), on="name", how="semi")
    few = namesakes.filter(pl.len().over("name") <= NAMESAKES)
    return named.select("claim", "name").join(few, on="name").select(_PAIR)
