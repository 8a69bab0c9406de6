"""一证申请：来了人，就在工作台上读证。"""

from typing import Any

from jiuzhu.web.access.request import StaffRequest


def build(request: StaffRequest) -> dict[str, Any]:
    """只有一个框，不用取数。"""
    return {"may_accept": request.user.has_perm("cases.open_application")}
