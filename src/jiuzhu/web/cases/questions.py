"""只问数据里没有的：由所选项目里还未知的、要问本人的事得出。"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .entitling import Fits
from .errors import CaseError

if TYPE_CHECKING:
    from jiuzhu.engine.assessment.programmes import ProgrammeBook, Question

MARK = "q"
YES_NO = {"yes": "是", "no": "不是"}
PREFIX = f"{MARK}|"


@dataclass(frozen=True)
class Asked:
    """要问的一句。``field`` 是表单里的名字；``person`` 空是问全家。"""

    question: "Question"
    person: str
    who: str
    titles: tuple[str, ...]
    value: Any

    @property
    def field(self) -> str:
        """``q|名称|人编号``。"""
        return f"{PREFIX}{self.question.name}|{self.person}"

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """（值，字，选中没有）；没有可选项的为空，自己填。"""
        if self.question.options:
            return [(option, option, option == self.value) for option in self.question.options]
        if self.question.symbol.type == "bool":
            return [("yes", "是", self.value is True), ("no", "不是", self.value is False)]
        return []

    @property
    def is_answered(self) -> bool:
        """答过了。"""
        return self.value is not None


def asked(
    book: "ProgrammeBook",
    fits: Fits | None,
    chosen: Iterable[tuple[str, str]],
    answers: Mapping[str, Mapping[str, Any]],
    names: Mapping[str, str],
) -> list[Asked]:
    """所选项目还要问的与答过的，同一句只问一次。没有数据可算的，把这些项目的问题都列出。"""
    lacking = _lacking(fits) if fits is not None else None
    found: dict[tuple[str, str], list[str]] = {}
    for code, person in chosen:
        if code not in book.codes:
            continue
        programme = book[code]
        for name in dict.fromkeys(name for rule in programme.rules for name in rule.names if name in book.questions):
            at = person if book.questions[name].symbol.level == "person" else ""
            open_ = lacking is None or (code, person, name) in lacking
            if open_ or _value(answers, name, at) is not None:
                found.setdefault((name, at), []).append(programme.title)
    return [
        Asked(
            book.questions[name],
            person,
            names.get(person, ""),
            tuple(dict.fromkeys(titles)),
            _value(answers, name, person),
        )
        for (name, person), titles in found.items()
    ]


def read(
    book: "ProgrammeBook", given: Mapping[str, str], before: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """表单 → ``answers``；没有出现在表单里的照旧，空着的当作没有答。

    Raises:
        CaseError: 答的不在可选之列（bad_answer）。
    """
    kept: dict[str, dict[str, Any]] = {
        "household": dict(before["household"]), "persons": {key: dict(row) for key, row in before["persons"].items()}
    }  # fmt: skip
    for field, text in given.items():
        if not field.startswith(PREFIX):
            continue
        _, name, person = field.split("|", 2)
        if name not in book.questions:
            continue
        value = _parsed(book.questions[name], text.strip())
        place = kept["persons"].setdefault(person, {}) if person else kept["household"]
        place.pop(name, None)
        if value is not None:
            place[name] = value
    return kept


def count(answers: Mapping[str, Mapping[str, Any]]) -> int:
    """答了几项。"""
    return len(answers["household"]) + sum(len(row) for row in answers["persons"].values())


def _lacking(fits: Fits) -> set[tuple[str, str, str]]:
    return {
        (row.code, person, item.name)
        for row in fits.unknown
        for person in [key for key, _ in row.people] or [""]
        for item in row.told.lacking
    }


def _value(answers: Mapping[str, Mapping[str, Any]], name: str, person: str) -> Any:
    place = answers["persons"].get(person, {}) if person else answers["household"]
    return place.get(name)


def _parsed(question: "Question", text: str) -> Any:
    if not text:
        return None
    if question.options:
        if text not in question.options:
            raise CaseError(f"“{question.ask}”只能从列出的里选。", code="bad_answer")
        return text
    if question.symbol.type == "bool":
        if text not in YES_NO:
            raise CaseError(f"“{question.ask}”请选是或不是。", code="bad_answer")
        return text == "yes"
    if question.symbol.type == "number":
        try:
            return float(text)
        except ValueError as error:
            raise CaseError(f"“{question.ask}”请填数字。", code="bad_answer") from error
    return text[:60]
