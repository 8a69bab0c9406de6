"""给页面补上中文写法：结论、程度、各来源。"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.divisions.selectors import short_path_of
from jiuzhu.web.ground.masking import mask_name

from .models import Check, Enquiry, Finding
from .platforms import platform_names, results_of
from .services.reports import conclusion_words, missing_words

TONES = {"fits": "done", "over": "bad", "unfit": "wait", "undecided": "wait", "suspect": "bad", "note": "wait"}
STATE_TONES = {"found": "done", "nothing": "wait", "missing": "bad"}
STATES = {"found": "查到记录", "nothing": "没有记录", "missing": "没有这份数据"}


@dataclass(frozen=True)
class CheckRow:
    """名单的一行。"""

    check: Check
    head: str
    place: str
    conclusions: list[tuple[str, str, str]]


def row_of(check: Check) -> CheckRow:
    """姓名遮挡，地名到村。"""
    return CheckRow(check, head_of(check), short_path_of(check.division_code), _conclusions(check))


def head_of(check: Check) -> str:
    """谁家。"""
    head = check.household.head
    return f"{mask_name(head.name)}家" if head else f"户 {check.household.household_id[-6:]}"


def check_context(check: Check, findings: Sequence[Finding], names: Mapping[str, str]) -> dict[str, Any]:
    """结果页的内容。"""
    counts = {code: sum(row.severity == code for row in findings) for code in Finding.Severity.values}
    return {
        "check": check,
        "head": head_of(check),
        "place": short_path_of(check.division_code),
        "conclusions": [
            row | {"label": str(Check.Conclusion(row["conclusion"]).label), "tone": TONES[row["conclusion"]],
                   "words": conclusion_words(row)}
            for row in check.conclusions
        ],
        "findings": [(row, TONES[row.severity], names.get(row.person_id, ""), evidence_shown(row.evidence, names)) for row in findings],
        "counts": [(label, counts[code], TONES[code] if counts[code] else "wait") for code, label in Finding.Severity.choices],
        "sources": [source_shown(row, names) for row in check.sources],
        "seconds": f"{max(check.milliseconds, 100) / 1000:.1f}",
        "compared": sum(row["state"] != "missing" for row in check.sources),
        "missing": [missing_words(row) for row in check.missing],
        "is_valid": check.is_valid(),
    }  # fmt: skip


def source_shown(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """一个来源的一行。"""
    return {
        **row,
        "label": STATES[row["state"]],
        "tone": STATE_TONES[row["state"]],
        "day": _day(row["data_date"]),
        "received": row.get("received", False),
        "rows": evidence_shown(row["rows"], names),
    }


def both_told(before: Check, after: Check) -> list[dict[str, Any]]:
    """原来的结论与复核的结论，逐项目摆在一起。"""
    again = {(row["programme"], row["person_id"]): row for row in after.conclusions}
    return [
        {
            "title": row["title"],
            "who": row["who"],
            "before": _told(row),
            "after": _told(found) if (found := again.get((row["programme"], row["person_id"]))) else None,
        }
        for row in before.conclusions
    ]


def _told(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return str(Check.Conclusion(row["conclusion"]).label), TONES[row["conclusion"]], conclusion_words(row)


def _conclusions(check: Check) -> list[tuple[str, str, str]]:
    seen = {
        (row["title"], str(Check.Conclusion(row["conclusion"]).label), TONES[row["conclusion"]]): None
        for row in check.conclusions
    }
    return list(seen)


def evidence_shown(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """部门文件的各行。"""
    return [
        {
            **row,
            "who": names.get(row["person_id"], "户外义务人"),
            "day": _day(row["as_of"]),
            "values": list(row["values"].items()),
        }
        for row in rows
    ]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


WORDS = {"waiting": ("等平台答复", "wait"), "answered": ("已答复", "done"), "late": ("已答复（迟到）", "bad"),
         "timed_out": ("超时，仍在等", "bad")}  # fmt: skip


def told_by(scope: Scope, check: Check) -> list[dict[str, Any]]:
    """各平台答到哪里。"""
    names = platform_names([check.division_code])
    rows = Enquiry.objects.within(scope).filter(check_run=check).order_by("pk")
    return [
        {
            "name": names.get(row.connector_id, "平台"),
            "row": row,
            "words": WORDS[row.state][0],
            "tone": WORDS[row.state][1],
            "is_waiting": row.state == "waiting",
            "results": results_of(row),
        }
        for row in rows
    ]
