"""政策一本账的读取：某天这个县用的手册里的项目，与各次发布的版本。"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.policies import ledger
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.rulebook.lazily import differences
from jiuzhu.web.policies.rulebook.programmes import programme as programme_text

from .rulebook import rulebook_folder, rulebook_versions

if TYPE_CHECKING:
    from jiuzhu.web.policies.ledger.reading import Entry, Page
    from jiuzhu.web.policies.rulebook.lines import Line


@dataclass(frozen=True)
class Change:
    """一次发布里这个项目的条文变没变。``words``：新增、改了、没有改；``lines`` 是逐处的前后。"""

    version: RulebookVersion
    words: str
    lines: tuple["Line", ...] = ()


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


def open_draft(scope: Scope) -> RulebookVersion | None:
    """最近还能改的草稿；没有则为空。"""
    rows = rulebook_versions(scope).filter(published_at=None, dropped_at=None, submitted_at=None)
    return rows.order_by("-changed_at").first()


def _changes(versions: Iterable[RulebookVersion], code: str) -> Iterator[Change]:
    before: RulebookVersion | None = None
    text: str | None = None
    for version in versions:
        item = programme_text(version.files, code)
        now = None if item is None else version.files[item.file]
        if now is not None and (before is None or text is None):
            yield Change(version, "新增")
        elif now is not None and now == text:
            yield Change(version, "没有改")
        elif before is not None and now != text:
            (found,) = differences.programme_differences(before.files, version.files, code)
            yield Change(version, "改了" if now is not None else "不再有", found.lines)
        before, text = version, now
