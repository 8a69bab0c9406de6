"""按姓名拟用户名：声母加序号，``张三`` → ``zs``、``zs2``。只是建议，可改。

声母由国标一级字的排列得来（GB 2312 的一级字按拼音排），二级字与生僻字认不出，略去。
"""

from bisect import bisect_right

from .models import User

# 一级字里各声母的第一个字
FIRST = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
LETTERS = "abcdefghjklmnopqrstwxyz"
STARTS = [char.encode("gb2312") for char in FIRST]
LAST = "座".encode("gb2312")
NOTHING = "yh"


def initials(name: str) -> str:
    """各字的声母；字母、数字原样小写。"""
    letters = []
    for char in name:
        if char.isascii():
            letters.append(char.lower() if char.isalnum() else "")
            continue
        try:
            code = char.encode("gb2312")
        except UnicodeEncodeError:
            continue
        if STARTS[0] <= code <= LAST:
            letters.append(LETTERS[bisect_right(STARTS, code) - 1])
    return "".join(letters)


def suggest(name: str) -> str:
    """没有人用的用户名；太短的补上“yh”。"""
    stem = initials(name)
    stem = stem if len(stem) > 1 else NOTHING + stem
    taken = {
        each.lower() for each in User.objects.filter(username__istartswith=stem).values_list("username", flat=True)
    }
    number = 1
    while (text := stem if number == 1 else f"{stem}{number}") in taken:
        number += 1
    return text
