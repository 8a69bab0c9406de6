"""通知：没读的几条。"""

from typing import Any

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.notices import selectors

FEW = 5


def build(request: StaffRequest) -> dict[str, Any] | None:
    """没读的在前；一条也没有就不显示。"""
    rows = [receipt for receipt in selectors.received(request.scope)[:FEW] if receipt.read_at is None]
    return {"receipts": rows} if rows else None
