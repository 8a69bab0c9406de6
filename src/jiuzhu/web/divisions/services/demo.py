"""演示县青禾县：区划与演示数据里的地名一字不差。"""

import json

from django.conf import settings

from jiuzhu.demo.generate import MANIFEST
from jiuzhu.demo.places import COUNTY, COUNTY_CODE, draw_places
from jiuzhu.demo.streams import stream
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.codes import full_code

from .county import County, Township, county_ensure

ABOVE = {"42": "演示省", "4299": "演示市"}
SOCIAL = ("青禾县仁爱社会工作服务中心", "青禾县志愿服务联合会")
PEOPLE, SEED = 60_000, 1


def demo_divisions_ensure(*, people: int | None = None, seed: int | None = None, actor: Actor | None = None) -> int:
    """建好演示县的区划与机构，返回新建的行数；可重复执行。

    人口与种子决定村名；不给时读演示数据文件夹里的说明（demo.json），说明也没有时用 ``jiuzhu demo`` 的默认值。
    """
    drawn = _drawn()
    county = demo_county(people or drawn[0], drawn[1] if seed is None else seed)
    return county_ensure(county=county, actor=actor or Actor.system("演示准备", division_code=full_code(county.area)))


def demo_county(people: int, seed: int) -> County:
    """``jiuzhu demo`` 以同样的人口与种子造出的那个县。"""
    table = draw_places(stream(seed, "places"), people)
    townships: dict[str, Township] = {}
    for code, township, village in table.select("village_code", "township", "village_name").iter_rows():
        townships.setdefault(code[:9], Township(code[:9], township, {})).villages[code] = village
    return County(str(COUNTY_CODE), COUNTY, ABOVE, tuple(townships.values()), SOCIAL)


def _drawn() -> tuple[int, int]:
    file = settings.DATA_DIR.parent / MANIFEST
    if not file.is_file():
        return PEOPLE, SEED
    manifest = json.loads(file.read_text(encoding="utf-8"))
    return int(manifest["people"]), int(manifest["seed"])
