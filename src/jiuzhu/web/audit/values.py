"""记进审计之前：把值化成能长久保存的样子，并把漏进来的号码遮住。

审计记录改不了也删不掉，所以这里是最后一关：身份证号、手机号、账号即使出现在“事由”里也先遮后记。
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from jiuzhu.web.ground.masking import mask_account, mask_id_number, mask_phone

LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|\d{15,19}|1[3-9]\d{9})(?![0-9A-Za-z])")
PLAIN = (bool, int, float, type(None))


def masked(text: str) -> str:
    """遮住文字里的身份证号（15、18 位）、账号（16 至 19 位）、手机号（11 位）；空字符去掉。"""
    return LONG_NUMBER.sub(_mask, text.replace("\x00", ""))


def _mask(found: re.Match[str]) -> str:
    number = found.group()
    if len(number) == 11:
        return mask_phone(number)
    return mask_id_number(number) if len(number) in {15, 18} else mask_account(number)


def plain(value: Any) -> Any:
    """JSON 里有的几种值；日期、金额写成文字，集合排好序。不认识的类型抛 ``TypeError``。"""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, PLAIN):
        return masked(str(value)) if isinstance(value, int) and value > 10**10 else value
    if isinstance(value, Decimal | UUID):
        return masked(str(value))
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=str)
    raise TypeError(f"审计里不能记 {type(value).__name__}：请先取出要记的字段")
