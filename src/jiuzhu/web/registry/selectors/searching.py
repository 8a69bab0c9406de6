"""一个框找人：证件号、电话、账号、编号、姓名、住址。

行级权限之下，模糊匹配在策略之前用不上索引，相等与大小比较可以：号码查摘要，姓名与住址查拆好的词。
"""

import re
from dataclasses import dataclass

from django.db.models import QuerySet

from jiuzhu.web.access.scope import Scope, narrowed
from jiuzhu.web.divisions.codes import area_prefix
from jiuzhu.web.divisions.names import NAMES
from jiuzhu.web.ground.crypto import blind_index
from jiuzhu.web.registry.models import Household, Person, SearchToken
from jiuzhu.web.registry.tokens import HAN, PIECE, TAIL, joined, name_tokens, piece_tokens, plain

MOST = 50
NUMBER = re.compile(r"^(?:\d{17}[\dX]|\d{15})$")
PHONE = re.compile(r"^(?:1\d{10}|0\d{9,11}|\d{7,8})$")
ACCOUNT = re.compile(r"^\d{12,23}$")
FULL_ID = re.compile(r"^[HP][A-Z2-7]{16}$")
ID_TAIL = re.compile(rf"^[A-Z2-7]{{{TAIL},17}}$")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
SUFFIX = re.compile(r"(?:居民委员会|村民委员会|居委会|村委会|街道|社区|[省市县区乡镇村])$")
LONGEST_NAME = 6


@dataclass(frozen=True)
class Found:
    """找到的一户；``person`` 是对上的那个人，按住址找到的没有。"""

    household: Household
    person: Person | None = None


@dataclass(frozen=True)
class Answer:
    """``by`` 说明按什么找的；``more`` 为真表示不止这些；``area`` 是句子里认出的地方。"""

    by: str
    rows: list[Found]
    more: bool = False
    area: str = ""


def search(scope: Scope, text: str, most: int = MOST) -> Answer:
    """按一句话找户。空话、太短的话找不到任何户。"""
    compact = plain(text).replace("-", "")
    if NUMBER.match(compact):
        number = compact if len(compact) == 18 else eighteen(compact)
        answer = _by_index(scope, "证件号", "id_number_index", number, most)
        if answer.rows or len(compact) == 15:
            return answer
        by_account = _by_index(scope, "银行账号", "account_index", compact, most)
        return by_account if by_account.rows else answer
    if PHONE.match(compact):
        return _by_index(scope, "电话", "phone_index", compact, most)
    if ACCOUNT.match(compact):
        return _by_index(scope, "银行账号", "account_index", compact, most)
    if FULL_ID.match(compact):
        return _by_identifier(scope, compact)
    if ID_TAIL.match(compact):
        return _by_tail(scope, compact, most)
    return _by_words(scope, text, most)


def eighteen(fifteen: str) -> str:
    """十五位号码升十八位（GB 11643：补世纪，按 ISO 7064 MOD 11-2 算校验码）。"""
    body = f"{fifteen[:6]}19{fifteen[6:]}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + CHECK[total % 11]


def _by_index(scope: Scope, by: str, column: str, number: str, most: int) -> Answer:
    people = Person.objects.within(scope).filter(**{column: blind_index(number)}, merged_into=None)
    found = list(people.select_related("household__head")[: most + 1])
    return Answer(by, [Found(person.household, person) for person in found[:most]], len(found) > most)


def _by_identifier(scope: Scope, identifier: str) -> Answer:
    if identifier.startswith("H"):
        homes = Household.objects.within(scope).select_related("head").filter(household_id=identifier)
        return Answer("编号", [Found(home) for home in homes])
    people = Person.objects.within(scope).select_related("household__head")
    return Answer(
        "编号", [Found(each.household, each) for each in people.filter(person_id=identifier, merged_into=None)]
    )


def _by_tail(scope: Scope, tail: str, most: int) -> Answer:
    homes = _homes(scope, _with_tokens(scope, {tail[-TAIL:]}), most)
    people = Person.objects.within(scope).filter(household__in=homes, merged_into=None)
    owners = {person.household_id: person for person in people if person.person_id.endswith(tail)}
    kept = [home for home in homes if home.household_id.endswith(tail) or home.pk in owners]
    return Answer("编号", [Found(home, owners.get(home.pk)) for home in kept[:most]], len(homes) > most)


def _by_words(scope: Scope, text: str, most: int) -> Answer:
    """先把地名认出来收窄范围，剩下的词逐个相交；剩下的像姓名就先按姓名，没有再按住址。"""
    inner, rest, area = _place(scope, text)
    pieces = joined(piece for word in rest for piece in PIECE.findall(plain(word)))
    if not pieces:
        homes = _homes(inner, Household.objects.within(inner).values("pk"), most) if area else []
        return Answer("地方", [Found(home) for home in homes[:most]], len(homes) > most, area)
    names = [piece for piece in pieces if HAN.fullmatch(piece) and len(piece) <= LONGEST_NAME]
    found: dict[int, Household] = {}
    if names and len(names) == len(pieces):
        found = {home.pk: home for home in _homes(inner, _with_tokens(inner, set(map(_undotted, names))), most)}
    if not found:
        spelled = {token for piece in pieces for token in piece_tokens(piece)}
        found = {home.pk: home for home in _homes(inner, _with_tokens(inner, spelled), most)}
    homes = list(found.values())
    owners = _owners(inner, homes[:most], {_undotted(name) for name in names})
    return Answer("姓名、住址", [Found(home, owners.get(home.pk)) for home in homes[:most]], len(homes) > most, area)


def _undotted(name: str) -> str:
    return name.replace("·", "")


def _owners(scope: Scope, homes: list[Household], names: set[str]) -> dict[int, Person]:
    """这些户里姓名含有某个词的人，每户一人。"""
    if not names:
        return {}
    people = Person.objects.within(scope).filter(household__in=homes, merged_into=None).order_by("-pk")
    return {person.household_id: person for person in people if names & name_tokens(person.name)}


def _with_tokens(scope: Scope, tokens: set[str]) -> QuerySet[SearchToken, dict[str, int]]:
    """同时有这些词的户。长的词少见，放在最前。"""
    first, *others = sorted(tokens, key=lambda token: (-len(token), token))[:6]
    rows = SearchToken.objects.within(scope).filter(token=first)
    for token in others:
        rows = rows.filter(household__in=SearchToken.objects.within(scope).filter(token=token).values("household"))
    return rows.values("household")


def _homes(scope: Scope, wanted: QuerySet[SearchToken, dict[str, int]], most: int) -> list[Household]:
    """先取至多 ``most`` 户的主键，再取这些户：常见的词不必把全县排一遍。"""
    keys = [next(iter(row.values())) for row in wanted[: most + 1]]
    return list(
        Household.objects.within(scope).select_related("head").filter(pk__in=keys).order_by("severity", "-score")
    )


def _place(scope: Scope, text: str) -> tuple[Scope, list[str], str]:
    """认出的地名 →（收窄的范围，其余的词，最细的地名）。一个词整个是地名，或长句里含有完整的地名。"""
    areas: list[str] | None = None
    rest: list[str] = []
    label = ""
    periods = [(code, period[-1].name) for code, period in NAMES.periods().items() if scope.covers(area_prefix(code))]
    for word in text.split():
        left = plain(word)
        named = [(code, name) for code, name in periods if name == left or SUFFIX.sub("", name) == left]
        if named:
            left = ""
        else:
            named = sorted(
                ((c, n) for c, n in periods if len(n) > 2 and n in left), key=lambda each: len(each[0].rstrip("0"))
            )
            for _, name in named:
                left = left.replace(name, "")
        for level in _levels(named):
            areas = _nested(areas, level)
            label = named[-1][1]
        if left:
            rest.append(left)
    if areas is None:
        return scope, rest or text.split(), ""
    return narrowed(scope, areas), rest, label


def _levels(named: list[tuple[str, str]]) -> list[list[str]]:
    """同名的并列，不同名的逐层。"""
    groups: dict[str, list[str]] = {}
    for code, name in named:
        groups.setdefault(name, []).append(area_prefix(code))
    return list(groups.values())


def _nested(areas: list[str] | None, level: list[str]) -> list[str]:
    """在已认出的地方之内再收窄；没有交集时以新的为准。"""
    if areas is None:
        return level
    inside = [each for each in level if any(each.startswith(area) for area in areas)]
    return inside or level
