"""省、市平台的答复怎么用：页面与报告共用。"""

import json
from collections.abc import Iterable
from typing import Any

from jiuzhu.web.access.scope import Scope

from .models import Connector, Enquiry


def platform_names(division_codes: Iterable[str]) -> dict[int, str]:
    """这些地方所在的县接的平台。平台归县，乡镇的窗口也要知道它的名字。"""
    areas = tuple(sorted({code[:6] for code in division_codes}))
    county = Scope(role="system", areas=areas)
    with county.applied():
        return dict(Connector.objects.within(county).values_list("pk", "name"))


def results_of(enquiry: Enquiry) -> list[dict[str, Any]]:
    """答复的各项 ``{item, text, figure}``；没有答的为空。"""
    found: list[dict[str, Any]] = json.loads(str(enquiry.answer)) if enquiry.answer else []
    return found


def answered_items(enquiries: Iterable[Enquiry]) -> set[str]:
    """平台答过的核对项：县里没有接入也不再算没有核对。"""
    return {str(result["item"]) for enquiry in enquiries for result in results_of(enquiry)}
