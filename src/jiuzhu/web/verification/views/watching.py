"""当场核对的页：一边比对一边发给浏览器，比对完一个来源显示一个，最后是结论与发现。

不另开任务、不轮询：结果就在这一次回应里，核对存好之后，网址换成那次核对的。
"""

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.http import StreamingHttpResponse
from django.template.loader import render_to_string

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.divisions.selectors import short_path_of
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.registry.models import Household
from jiuzhu.web.registry.presentation import household_row
from jiuzhu.web.verification import selectors
from jiuzhu.web.verification.compared import data_dates, source_row
from jiuzhu.web.verification.models import Check
from jiuzhu.web.verification.platforms import answered_items
from jiuzhu.web.verification.presentation import check_context, source_shown, told_by

from .common import names_of

if TYPE_CHECKING:
    from jiuzhu.engine.verification import SourceResult

ROWS, RESULT = "<!--rows-->", "<!--result-->"


def watched(
    request: StaffRequest, household: Household, steps: "Iterator[SourceResult | Check]"
) -> StreamingHttpResponse:
    """边比对边发。第一个来源在发之前取好：没有数据的，还来得及在原页说明。"""
    first = next(steps)
    context = {"household": household, "row": household_row(household), "place": short_path_of(household.division_code)}
    page = render_to_string("verification/watch.html", context, request)
    pieces = _pieces(request, household, page, chain([first], steps))
    # 代理不要攒着一起发
    return StreamingHttpResponse(pieces, headers={"X-Accel-Buffering": "no"})


def checked_context(request: StaffRequest, check: Check) -> dict[str, Any]:
    """核对结果的内容。"""
    findings = list(selectors.findings(request.scope, check))
    ids = {row.person_id for row in findings} | {
        item["person_id"] for source in check.sources for item in source["rows"]
    }
    enquiries = told_by(request.scope, check)
    context = check_context(check, findings, names_of(request, ids))
    answered = answered_items(one["row"] for one in enquiries)
    return context | {
        "missing": [row for row in context["missing"] if row["item"] not in answered],
        "objections": list(selectors.objections(request.scope, check)),
        "again": list(selectors.again(request.scope, check)),
        "enquiries": enquiries,
        "waiting": any(one["is_waiting"] for one in enquiries),
    }


def _pieces(
    request: StaffRequest, household: Household, page: str, steps: "Iterator[SourceResult | Check]"
) -> Iterator[str]:
    """发的时候请求已经走出了各道关口，范围在这里再设一次。"""
    head, _, rest = page.partition(ROWS)
    between, _, tail = rest.partition(RESULT)
    with request.scope.applied():
        yield head
        dates = data_dates(household.division_code)
        try:
            for step in steps:
                if isinstance(step, Check):
                    found = selectors.check(request.scope, step.pk)
                    assert found is not None
                    yield between + render_to_string(
                        "verification/watched.html", checked_context(request, found), request
                    )
                else:
                    yield _row(request, step, dates)
        except ServiceError as error:
            yield between + render_to_string("verification/watched.html", {"problem": error.message}, request)
    yield tail


def _row(request: StaffRequest, step: "SourceResult", dates: dict[str, Any]) -> str:
    row = source_row(step, dates)
    names = names_of(request, {each["person_id"] for each in row["rows"]}) if row["rows"] else {}
    return render_to_string("verification/source.html", {"row": source_shown(row, names)})
