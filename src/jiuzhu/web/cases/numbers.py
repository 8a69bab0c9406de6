"""读卡器、扫码枪、手输来的证件号：找出其中的号码，查校验位。"""

import re
from datetime import date

from jiuzhu.web.ground.crypto import normalise
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.registry.selectors.searching import CHECK, WEIGHTS, eighteen

FOUND = re.compile(r"(?<![0-9A-Z])(?:\d{17}[0-9X]|\d{15})(?![0-9A-Z])")
LONGEST = 2000  # 二维码里的字不会更多


def id_number_in(text: str) -> str:
    """一段文字里的十八位证件号（十五位的升位）。扫码枪给的是整段内容，号码前后可以有别的字。

    Raises:
        ServiceError: 没有号码（no_number），有几个不同的号码（several_numbers），校验位不对（bad_number）。
    """
    found = {_eighteen(number) for number in FOUND.findall(_plain(text))}
    if not found:
        raise ServiceError(
            "没有读到身份证号（18 位，或老证的 15 位）。请把证放好再读一次，或照着证手输。", code="no_number"
        )
    if len(found) > 1:
        raise ServiceError("读到了不止一个号码，请一次只读一张证。", code="several_numbers")
    number = found.pop()
    if not is_sound(number):
        raise ServiceError("这个号码的校验位或生日不对，多半输错了一位。请对着证再输一次。", code="bad_number")
    return number


def is_sound(number: str) -> bool:
    """十八位、校验位对、生日是有的日子。"""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    return CHECK[total % 11] == number[17] and born(number) is not None


def born(number: str) -> date | None:
    """号码里的出生日期。"""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex_of(number: str) -> str:
    """号码里的性别：第十七位单数为男。"""
    return "男" if int(number[16]) % 2 else "女"


def _plain(text: str) -> str:
    whole = normalise(text[:LONGEST])
    return whole if FOUND.fullmatch(whole) else text[:LONGEST].upper()


def _eighteen(number: str) -> str:
    return number if len(number) == 18 else eighteen(number)
