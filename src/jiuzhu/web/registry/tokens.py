"""查找词：一户要存哪些词，一句查询要找哪些词。两边用同一套拆法，所以查得到。"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

LONGEST = 24
CJK = r"㐀-䶿一-鿿豈-﫿\U00020000-\U0002ffff·"
HAN = re.compile(f"[{CJK}]+")
PIECE = re.compile(rf"[0-9A-Z]+(?:-[0-9A-Z]+)*[{CJK}]?|[{CJK}]+")
TAIL = 6


def name_tokens(name: str) -> set[str]:
    """姓名里两字以上的各片段，和姓的头一字：``欧阳小明`` → 欧、欧阳、阳小、小明、欧阳小、阳小明、欧阳小明。"""
    text = plain(name).replace("·", "")[:12]
    return {text[:1]} - {""} | {
        text[start:end] for start in range(len(text)) for end in range(start + 2, len(text) + 1)
    }


def address_tokens(address: str, places: Iterable[str]) -> set[str]:
    """住址去掉各级地名之后的词：号码带一个量词（``12号``）、连着的号码（``3组12号``）、汉字两字一词。地名按所在地查，不存。"""
    rest = plain(address)
    for place in sorted(places, key=len, reverse=True):
        if place:
            rest = rest.replace(place, " ")
    pieces = PIECE.findall(rest)
    found = {token for piece in pieces for token in piece_tokens(piece)}
    return found | {piece[:LONGEST] for piece in runs(pieces)}


def runs(pieces: Sequence[str]) -> set[str]:
    """连着的号码的各种连法：``3组`` ``12号`` ``2栋`` → 3组12号、12号2栋、3组12号2栋。"""
    found: set[str] = set()
    for start, piece in enumerate(pieces):
        run = piece
        for after in pieces[start + 1 :]:
            if HAN.fullmatch(piece) or HAN.fullmatch(after):
                break
            run += after
            found.add(run)
    return found


def joined(pieces: Iterable[str]) -> list[str]:
    """连着的号码并成一段：``3组`` ``12号`` → ``3组12号``。单个的很常见，连起来就少见，找得快。"""
    found: list[str] = []
    for piece in pieces:
        if found and not HAN.fullmatch(piece) and not HAN.fullmatch(found[-1]):
            found[-1] += piece
        else:
            found.append(piece)
    return found


def piece_tokens(piece: str) -> set[str]:
    """一个词段：数字开头的整段算一词，汉字两字一词。"""
    if not HAN.fullmatch(piece):
        return {piece[:LONGEST]}
    return {piece[at : at + 2] for at in range(max(1, len(piece) - 1))}


def id_tokens(*identifiers: str) -> set[str]:
    """户编号、人编号的末六位。"""
    return {identifier[-TAIL:] for identifier in identifiers}


def plain(text: str) -> str:
    """全角变半角，去掉空白，字母大写。"""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def digest(tokens: Iterable[str], division_code: str) -> str:
    """一户词表的摘要：没变就不重写。"""
    return hashlib.blake2b("\n".join([division_code, *sorted(tokens)]).encode(), digest_size=12).hexdigest()
