"""走遍全站用的世界：两个县各有真的监测结果、对象库、事项、上报、附件、文书，处处可辨归哪里。

编号（``H…``、``P…``）在页面上一出现，就查它归哪个村；不该看到的人看到了，即为泄漏。
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
from django.utils import timezone

from jiuzhu.demo import generate
from jiuzhu.engine.pipeline import monitor
from jiuzhu.engine.roster import Roster
from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.monitoring.services.load import run_load
from jiuzhu.web.registry.services.loading import households_load

IDENTIFIER = re.compile(r"\b[HP][A-Z2-7]{16}\b")
ID_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
)
PHONE = re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])")
PEOPLE = 1200
EACH = 2
SEEDS = {"青禾": (7, bytes(range(32)), "429998"), "禾丰": (8, bytes(range(32, 64)), "429997")}


@dataclass(frozen=True)
class County:
    """一个县算好的结果：输出文件夹与名册。"""

    area: str
    files: Path
    out: Path
    roster: Roster


@dataclass
class World:
    """``places``：编号 → 村代码；``objects``：种类 → [(村代码或县代码, 主键)]，走网址时作参数；
    ``shared``：某人虽不按地方、却因转办而看得到的（种类, 主键）。
    """

    places: dict[str, str] = field(default_factory=dict)
    objects: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)
    shared: dict[str, set[tuple[str, Any]]] = field(default_factory=dict)

    def leaks(self, text: str, scope: Scope, allowed: frozenset[str] = frozenset()) -> set[str]:
        """页面上出现了、而这个范围不该看到的编号。"""
        found = set(IDENTIFIER.findall(text))
        return {name for name in found if not scope.covers(self.places.get(name, "")) and name not in allowed}

    def thin(self) -> None:
        """同一种、同一地方的留两个：走法一样，多走也看不出别的；转给部门的都留。"""
        told: set[tuple[str, Any]] = set().union(*self.shared.values())
        for kind, rows in self.objects.items():
            seen: Counter[str] = Counter()
            kept = []
            for place, key in rows:
                seen[place] += 1
                if seen[place] <= EACH or (kind, key) in told:
                    kept.append((place, key))
            self.objects[kind] = kept

    def add(self, kind: str, place: str, key: Any) -> None:
        """登记一个可作网址参数的对象。"""
        self.objects.setdefault(kind, []).append((place, key))


def compute(folder: Path, name: str) -> County:
    """造一个县的文件并算出结果；邻县的村代码换成自己的。"""
    seed, key, area = SEEDS[name]
    files = generate(folder / "county", people=PEOPLE, seed=seed).files
    kept: list[Roster] = []
    out = folder / "run"
    monitor(files, out, key=key, on_people=kept.append)
    roster = kept[0]
    if area != "429998":
        moved = pl.col("village_code").str.replace("^429998", area)
        for table in ("people", "places", "household_facts", "entitlements"):
            path = out / f"{table}.parquet"
            pl.read_parquet(path).with_columns(moved).write_parquet(path)
        roster = Roster(roster.people.with_columns(moved), roster.classes, roster.sources, roster.as_of)
    return County(area, files, out, roster)


def load_county(world: World, county: County, number: int) -> Run:
    """装入监测结果与对象库，记下每个编号归哪个村。"""
    with Scope.everything().applied():
        run = Run.objects.create(
            number=number,
            status=Run.Status.RUNNING,
            division_code=county.area.ljust(12, "0"),
            folder=str(county.files),
            out_dir=str(county.out),
            started_at=timezone.now(),
        )
        run_load(run=run, progress=lambda step, done, total: None)
    households_load(run_number=number, roster=county.roster, out=county.out)
    people = pl.read_parquet(county.out / "people.parquet", columns=["person_id", "household_id", "village_code"])
    whole = county.area.ljust(12, "0")
    for person, household, village in people.iter_rows():
        world.places[person] = village or whole
        world.places.setdefault(household, village or whole)
    return run


def scope_of(user: User) -> Scope:
    """这个人第一个岗位的范围；没有岗位即什么也看不到。"""
    post = Post.objects.filter(user=user).first()
    return post.scope() if post else Scope.nothing()
