"""一处区划怎么由代码与名称造出来。"""

from .codes import level_of, parent_of
from .models import ALWAYS, Division

KINDS = (
    (("社区", "社区居委会", "居委会", "社区居民委员会", "居民委员会"), Division.Kind.COMMUNITY),
    (("村", "村委会", "村民委员会"), Division.Kind.VILLAGE),
    (("街道", "街道办事处", "办事处"), Division.Kind.SUBDISTRICT),
    (("镇", "镇人民政府"), Division.Kind.TOWN),
    (("乡", "民族乡", "乡人民政府"), Division.Kind.RURAL_TOWNSHIP),
)
BY_LEVEL = {
    Division.Level.VILLAGE: (Division.Kind.VILLAGE, Division.Kind.COMMUNITY),
    Division.Level.TOWNSHIP: (Division.Kind.TOWN, Division.Kind.RURAL_TOWNSHIP, Division.Kind.SUBDISTRICT),
}


def kind_of(code: str, name: str) -> str:
    """由名称的末尾看出镇、乡、街道、村、社区；看不出为空文本。"""
    allowed = BY_LEVEL.get(Division.Level(level_of(code)), ())
    for endings, kind in KINDS:
        if kind in allowed and name.endswith(endings):
            return kind.value
    return ""


def new_division(code: str, name: str, **fields: object) -> Division:
    """一行还没有入库的区划：级别、类型、上级由代码与名称得出，可另给。"""
    known: dict[str, object] = {
        "level": level_of(code).value,
        "kind": kind_of(code, name),
        "parent_code": parent_of(code),
        "valid_from": ALWAYS,
    }
    return Division(code=code, name=name, **(known | fields))
