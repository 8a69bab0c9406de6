"""默认的遮挡：页面、名单、审计里一律先遮，要看明文另走“查看明文”。

样式按民政公示的通行做法：张*、4209**********1234、138****1234、住址到乡镇。
"""

import re

TOWN = re.compile(r"^(.*?(?:街道|[乡镇]))")
COUNTY = re.compile(r"^(.*?(?:自治县|[县区旗市](?!场)))")


def mask_name(name: str) -> str:
    """留姓，其余每字一颗星，宽度不变；复姓不另认，只留第一字。"""
    return name[:1] + "*" * (len(name) - 1)


def mask_id_number(number: str) -> str:
    """18 位留前 4 后 4；15 位留前 4 后 3；残缺的只留末 2 位。"""
    if len(number) >= 15:
        tail = 4 if len(number) >= 18 else 3
        return number[:4] + "*" * (len(number) - 4 - tail) + number[-tail:]
    return "*" * max(0, len(number) - 2) + number[-2:] if len(number) > 4 else "*" * len(number)


def mask_phone(phone: str) -> str:
    """手机留前 3 后 4；座机只留末 4 位。"""
    if len(phone) == 11 and phone.startswith("1"):
        return phone[:3] + "****" + phone[-4:]
    return "*" * (len(phone) - 4) + phone[-4:] if len(phone) > 4 else "*" * len(phone)


def mask_account(account: str) -> str:
    """银行账号只留末 4 位。"""
    return "*" * (len(account) - 4) + account[-4:] if len(account) > 4 else "*" * len(account)


def mask_address(address: str) -> str:
    """住址到乡镇为止，后面以星代。认不出乡镇的到县区，再认不出的全遮。"""
    for pattern in (TOWN, COUNTY):
        found = pattern.match(address)
        if found and found.group(1) != address:
            return found.group(1) + "****"
        if found:
            return address
    return "****" if address else ""
