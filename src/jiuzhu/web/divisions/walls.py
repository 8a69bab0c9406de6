"""谁能改哪里：一个管理员只改自己岗位的片区，一套平台里的几个县互不相干。地名、机构名人人可读，不在此限。"""

from collections.abc import Iterable

from jiuzhu.web.ground.errors import NotAllowed

from .codes import area_prefix, is_code

EVERYWHERE = "*"  # 命令行、建县：哪里都管。网页请求不得使用


def covers(area: str, code: str) -> bool:
    """片区管不管这个代码；没有片区的（空文本）哪里也不管。"""
    return area == EVERYWHERE or (bool(area) and code.startswith(area))


def reaches(area: str, code: str) -> bool:
    """片区之内，或在片区之上（本县的市、省）：可作上级。"""
    return covers(area, code) or (bool(area) and is_code(code) and area.startswith(area_prefix(code)))


def require(area: str, codes: Iterable[str]) -> None:
    """这些代码都归这个片区管。

    Raises:
        NotAllowed: 有一个不归（code=outside_area）。
    """
    if outside := [code for code in codes if not covers(area, code)]:
        raise NotAllowed(
            f"{outside[0]} 这里不归您当前的岗位管，没有办理。请由那里的系统管理员办；跨县的，请由上级的系统管理员办。",
            code="outside_area",
        )
