"""政策一本账的读取：某天这个县用的手册里的项目，与各次发布的版本。"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.policies import ledger
from jiuzhu.web.policies.models import RulebookVersion

from .rulebook import rulebook_folder, rulebook_versions

if TYPE_CHECKING:
    from jiuzhu.web.policies.ledger.reading import Entry, Page


@dataclass(frozen=True)
class Change:
    """一次发布里这个项目的条文变没变。``words``：新增、改了、没有改。"""

    version: RulebookVersion
    words: str


def programmes(division_code: str, *, text: str = "", kind: str = "", on: date | None = None) -> tuple["Entry", ...]:
    """这个县的救助项目；``text`` 在名称、一句话、条件、依据里找，几个字分开写的都要有。"""
    wanted = text.split()
    return tuple(
        entry
        for entry in ledger.entries(rulebook_folder(division_code, on))
        if (not kind or entry.kind == kind) and all(word in entry.words for word in wanted)
    )


def programme(division_code: str, code: str, on: date) -> "Page | None":
    """一个项目在 ``on`` 那天的全部要素；没有则为空。"""
    return ledger.programme_page(rulebook_folder(division_code, on), code, on)


def programme_changes(scope: Scope, code: str) -> tuple[Change, ...]:
    """各次发布里这个项目的条文变没变，新的在前。"""
    published = rulebook_versions(scope).filter(published_at__isnull=False).order_by("in_force", "published_at")
    return tuple(reversed(list(_changes(published.defer(None), code))))


def _changes(versions: Iterable[RulebookVersion], code: str) -> Iterator[Change]:
    before: str | None = None
    for version in versions:
        text = next(
            (text for name, text in version.files.items() if name.startswith("programmes/") and _is(text, code)), None
        )
        if text is not None:
            yield Change(version, "新增" if before is None else "没有改" if text == before else "改了")
        before = text


def _is(text: str, code: str) -> bool:
    return any(line.strip() == f"code: {code}" for line in text.splitlines())
