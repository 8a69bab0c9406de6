"""给页面补上中文写法：地名、遮挡、时间线分月。"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone

from jiuzhu.web.divisions.selectors import short_path_of
from jiuzhu.web.ground.hrefs import href
from jiuzhu.web.ground.masking import mask_name

from .models import Event, Household, Report
from .selectors import class_title, top_reasons

ANY_ID = "H2345672345672345"
BANDS = dict(Household.Band.choices)


@dataclass(frozen=True)
class HouseholdRow:
    """名单的一行。"""

    household: Household
    href: str
    head: str
    place: str
    classes: list[str]
    reasons: list[str]


def household_row(household: Household) -> HouseholdRow:
    """姓名遮挡，地名到村。"""
    return HouseholdRow(
        household=household,
        href=href("registry:household", household.household_id, sample=ANY_ID),
        head=mask_name(household.head.name) if household.head else "户主不详",
        place=short_path_of(household.division_code),
        classes=[class_title(code) for code in household.classes],
        reasons=top_reasons(household),
    )


@dataclass(frozen=True)
class Line:
    """救助链的一行。"""

    event: Event
    who: str
    words: str
    tone: str


TONES = {
    "died": "bad",
    "left": "bad",
    "class_out": "bad",
    "decided": "done",
    "done": "done",
    "paid": "done",
    "class_in": "done",
}


def months(events: Iterable[Event]) -> list[tuple[str, list[Line]]]:
    """救助链按月分组，新的月在前。"""

    def month(event: Event) -> str:
        local = timezone.localtime(event.at)
        return f"{local.year}年{local.month}月"

    return [(title, [chain_line(event) for event in rows]) for title, rows in groupby(events, key=month)]


def chain_line(event: Event) -> Line:
    """一环写成一句话。"""
    who = mask_name(event.person.name) if event.person else ""
    return Line(event, who, detail_words(event), TONES.get(event.kind, "plain"))


def detail_words(event: Event) -> str:
    """详情里看得懂的部分。"""
    detail = event.detail
    if event.kind == Event.Kind.BAND:
        before, after = (BANDS.get(detail.get(key, ""), "未预警") for key in ("before", "after"))
        return f"{before} → {after}"
    if event.kind == Event.Kind.CHANGED and detail.get("after"):
        return f"{detail.get('before') or '未写档次'} → {detail['after']}"
    if event.kind == Event.Kind.CLASS_IN and detail.get("detail"):
        return str(detail["detail"])
    if event.kind == Event.Kind.FOUND and detail.get("run"):
        return f"第 {detail['run']} 次监测"
    if event.kind == Event.Kind.REPORTED:
        return "、".join(need_titles(detail.get("needs", []))) + ("（紧急）" if detail.get("urgent") else "")
    return ""


def need_titles(codes: Iterable[str]) -> list[str]:
    """困难的中文名。"""
    titles = dict(Report.Need.choices)
    return [str(titles[code]) for code in codes if code in titles]
