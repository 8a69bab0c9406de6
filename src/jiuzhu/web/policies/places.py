"""手册里另定标准的乡镇（九位代码）与名称。"""

from jiuzhu.web.divisions.codes import Level
from jiuzhu.web.divisions.selectors import area_choices, name_of


def township_name(code: str) -> str:
    """九位代码 → 名称；登记里没有的写明。"""
    return name_of(code.ljust(12, "0")) or f"没有登记的乡镇 {code}"


def township_codes(division_code: str) -> dict[str, str]:
    """本县乡镇：名称 → 九位代码。"""
    return {name: code for code, name in area_choices(division_code[:6], Level.TOWNSHIP)}
