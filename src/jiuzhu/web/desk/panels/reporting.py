"""主动发现：报一个有困难的人，看自己报的办到哪里。"""

from typing import Any

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.registry import selectors
from jiuzhu.web.registry.presentation import need_titles

FEW = 4


def build(request: StaffRequest) -> dict[str, Any]:
    """大按钮，加上我最近报的几件。"""
    reports = selectors.reports(request.scope, user_id=request.user.pk)[:FEW]
    return {"reports": [(report, need_titles(report.needs)) for report in reports]}
