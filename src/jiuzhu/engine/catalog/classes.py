"""救助对象的类别字典:代码、名称、来自哪个名单、依据。写在 classes.yaml 里,不写在程序里。"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jiuzhu.yamltext import yaml_of

FILE = Path(__file__).with_name("classes.yaml")


@dataclass(frozen=True)
class ObjectClass:
    """一类对象。``source`` 为空文本表示没有名单,由办理登记;``monitored`` 为真属于动态监测的五类。"""

    code: str
    title: str
    full: str
    basis: str
    source: str = ""
    monitored: bool = False


@cache
def object_classes() -> dict[str, ObjectClass]:
    """代码 → 类别,按字典里的次序。"""
    rows = yaml_of(FILE.read_text("utf-8"))
    return {row["code"]: ObjectClass(**row) for row in rows}


def listed_classes() -> tuple[str, ...]:
    """有名单的类别:名单在数据里,人就在这一类。"""
    return tuple(item.code for item in object_classes().values() if item.source)
