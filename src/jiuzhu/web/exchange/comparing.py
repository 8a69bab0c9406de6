"""两边对看：逐字标出不同，说明为什么拿不准。只比较，不取数。

相同的字默认遮去中间（认人用不着），不同的字原样标出：差一位、两位颠倒、多字少字、形近同音字，一眼看得出。
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from jiuzhu.engine.identity.names import LOOKALIKES
from jiuzhu.web.ground.masking import mask_account, mask_address, mask_id_number, mask_name, mask_phone

SAME, DIFFERENT, SWAPPED, ALIKE, EXTRA = "same", "different", "swapped", "alike", "extra"
WORDS = {DIFFERENT: "不同", SWAPPED: "前后颠倒", ALIKE: "形近或同音", EXTRA: "另一边没有"}
# 认人要看的，依次；其余的列在“这一行还写着”里
COMPARED = {
    "name": "姓名",
    "id_number": "证件号码",
    "sex": "性别",
    "birth_date": "出生日期",
    "relation": "与户主关系",
    "head_id_number": "户主号码",
    "guardian_id_number": "监护人号码",
    "household_number": "户编号",
    "certificate_number": "残疾证号",
    "village_code": "村居",
    "village": "村居名",
    "address": "住址",
    "phone": "电话",
    "bank_account": "银行账号",
}
MASKS = {
    "name": mask_name,
    "id_number": mask_id_number,
    "head_id_number": mask_id_number,
    "guardian_id_number": mask_id_number,
    "certificate_number": mask_id_number,
    "phone": mask_phone,
    "bank_account": mask_account,
    "address": mask_address,
}
_GROUP = {char: index for index, group in enumerate(LOOKALIKES) for char in group}


@dataclass(frozen=True)
class Piece:
    """一段字与它的标记；``mark`` 为 ``same`` 的可以遮。"""

    text: str
    mark: str = SAME

    @property
    def words(self) -> str:
        """给读屏的人听的标记。"""
        return WORDS.get(self.mark, "")


@dataclass(frozen=True)
class Line:
    """一项的两边。``verdict``：same different missing（有一边没有）。"""

    key: str
    title: str
    ours: tuple[Piece, ...]
    theirs: tuple[Piece, ...]
    verdict: str


def compared(ours: Mapping[str, str], theirs: Mapping[str, str], *, plain: bool = False) -> list[Line]:
    """逐项对看；两边都没有的不列。``plain`` 为真时一字不遮。"""
    return [
        _line(key, title, ours.get(key, ""), theirs.get(key, ""), plain=plain)
        for key, title in COMPARED.items()
        if ours.get(key) or theirs.get(key)
    ]


def _line(key: str, title: str, ours: str, theirs: str, *, plain: bool) -> Line:
    left, right = marked(ours, theirs) if ours and theirs else ((Piece(ours),), (Piece(theirs),))
    if not plain:
        left, right = _masked(key, ours, left), _masked(key, theirs, right)
    verdict = "missing" if not (ours and theirs) else "same" if ours == theirs else "different"
    return Line(key, title, left, right, verdict)


def marked(ours: str, theirs: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """两段文字 → 两边各自的逐段标记。一样长的逐位比；长短不一的先对齐再比。"""
    if len(ours) != len(theirs):
        return _aligned(ours, theirs)
    swapped = _swapped(ours, theirs)
    if swapped is not None:
        return _around(ours, swapped), _around(theirs, swapped)
    marks = [SAME if a == b else ALIKE if _alike(a, b) else DIFFERENT for a, b in zip(ours, theirs, strict=True)]
    return _runs(ours, marks), _runs(theirs, marks)


def _aligned(ours: str, theirs: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        mark = SAME if kind == "equal" else _mark(ours[a:b], theirs[c:d])
        left += [Piece(ours[a:b], mark)] if b > a else []
        right += [Piece(theirs[c:d], mark)] if d > c else []
    return tuple(left), tuple(right)


def _runs(text: str, marks: Sequence[str]) -> tuple[Piece, ...]:
    """标记相同的连成一段。"""
    groups = groupby(range(len(text)), key=marks.__getitem__)
    return tuple(Piece("".join(text[at] for at in places), mark) for mark, places in groups)


def _mark(ours: str, theirs: str) -> str:
    if not ours or not theirs:
        return EXTRA
    if len(ours) == len(theirs) and all(
        one == other or _alike(one, other) for one, other in zip(ours, theirs, strict=True)
    ):
        return ALIKE
    return DIFFERENT


def _alike(one: str, other: str) -> bool:
    return one in _GROUP and _GROUP[one] == _GROUP.get(other)


def _swapped(ours: str, theirs: str) -> int | None:
    """恰有相邻两字颠倒：第几字起。"""
    off = [index for index, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a != b]
    if len(off) == 2 and off[1] == off[0] + 1 and ours[off[0]] == theirs[off[1]] and ours[off[1]] == theirs[off[0]]:
        return off[0]
    return None


def _around(text: str, at: int) -> tuple[Piece, ...]:
    pieces = (Piece(text[:at]), Piece(text[at : at + 2], SWAPPED), Piece(text[at + 2 :]))
    return tuple(piece for piece in pieces if piece.text)


def _masked(key: str, whole: str, pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """相同的字照通常的遮法遮，有标记的字留着。"""
    if key not in MASKS or not whole:
        return tuple(pieces)
    if key == "address":
        hidden = MASKS[key](whole)
        return (Piece(hidden),) if len(pieces) == 1 else tuple(pieces)
    hidden, out, at = MASKS[key](whole), [], 0
    for piece in pieces:
        text = hidden[at : at + len(piece.text)] if piece.mark == SAME else piece.text
        out.append(Piece(text, piece.mark))
        at += len(piece.text)
    return tuple(out)


def masked_value(key: str, value: str) -> str:
    """不用来认人的敏感项：有专门遮法的照办，没有的只留第一字。"""
    return MASKS[key](value) if key in MASKS else mask_name(value)


def why_doubtful(ours: Mapping[str, str], candidates: Sequence[Mapping[str, str]]) -> list[str]:
    """为什么拿不准，用话说。"""
    number, name = ours.get("id_number", ""), ours.get("name", "")
    said = []
    if not number:
        said.append("这一行没有证件号码，只能凭姓名和住处认。")
    elif len(number) not in (15, 18) or not number[:-1].isdigit():
        said.append("证件号码残缺，凭剩下的几位认不准。")
    owner = next((one for one in candidates if number and one.get("id_number") == number), None)
    if owner is not None and owner.get("name") != name:
        said.append("号码是候选里一人的，姓名却是别人：可能错用了家人的号码。")
    elif number and owner is None and len(number) in (15, 18):
        said.append("号码与候选都不一样：可能抄错了，也可能是另一个人。")
    if len(candidates) > 1:
        said.append(f"有 {len(candidates)} 个人同样像，程序不替您选。")
    if name and candidates and all(one.get("name") != name for one in candidates):
        said.append("没有一个候选与这一行同名。")
    places = {one.get("village_code", "")[:9] for one in candidates}
    mine = ours.get("village_code", "")[:9]
    if mine and places and mine not in places:
        said.append("这一行的住处与候选不在一个乡镇。")
    if not name:
        said.append("这一行没有姓名。")
    return said
