"""每个数背后的名单：哪些户，现在怎样。"""

from typing import Any

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.ground.paging import LazyRows

from .compute import rows
from .filters import Filters
from .statements import HANDLED, measures, takes

ASKED_OF = "SELECT h.household_id FROM handled h JOIN orders_asked a ON a.order_id = h.order_id"
CONDITIONS = {
    "warned": "true",
    "sent": "order_id IS NOT NULL",
    "unsent": "order_id IS NULL AND verdict = ''",
    "ended": "ended_at IS NOT NULL",
    "verified": "verdict <> ''",
    "true": "verdict = 'true'",
    "false": "verdict = 'false'",
    "in_time": "household_id IN (SELECT household_id FROM takes WHERE in_time)",
    "late": "household_id IN (SELECT household_id FROM takes WHERE late)",
    "aided": "household_id IN (SELECT household_id FROM measures WHERE %(kind)s = '' OR kind = %(kind)s)",
    "money": "household_id IN (SELECT household_id FROM measures WHERE money > 0)",
    "monthly": "household_id IN (SELECT household_id FROM measures WHERE monthly > 0)",
    "asked": f"household_id IN ({ASKED_OF})",
    "satisfied": f"household_id IN ({ASKED_OF} WHERE a.satisfaction >= 4)",
    "solved": f"household_id IN ({ASKED_OF} WHERE a.solved = 'yes')",
}
TITLES = {
    "warned": "预警的户",
    "sent": "派了单的户",
    "unsent": "还没有派单、也没有排除的户",
    "ended": "已办结的户",
    "verified": "已核实的户",
    "true": "属实的户",
    "false": "不属实的户",
    "in_time": "有单位按时接单的户",
    "late": "有单位接单超期的户",
    "aided": "得到帮扶的户",
    "money": "得到一次性帮扶的户",
    "monthly": "得到每月帮扶的户",
    "asked": "回访过的户",
    "satisfied": "回访时满意的户",
    "solved": "回访时说已解决的户",
}
NEEDS = {"in_time": takes, "late": takes, "aided": measures, "money": measures, "monthly": measures}
MONEY = """, (SELECT sum(money) FROM measures m WHERE m.household_id = handled.household_id {of_kind}) AS money,
    (SELECT round(sum(monthly), 2) FROM measures m WHERE m.household_id = handled.household_id {of_kind}) AS monthly"""
COLUMNS = """id, household_id, band, score, township, village, order_id, opened_at, ended_at, outcome, reason, verdict,
    days"""


def listed(scope: Scope, filters: Filters, measure: str, *, kind: str = "") -> LazyRows:
    """一个数的名单，重的在前；只取要显示的一段。``kind`` 只看一种措施；帮扶的名单带上各户的金额。"""
    values = filters.values(scope) | {"kind": kind}
    more, condition = NEEDS.get(measure), CONDITIONS[measure]
    source = f"{HANDLED}, {more(of_office=bool(filters.department))}" if more else HANDLED
    count = rows(f"{source} SELECT count(*) AS n FROM handled WHERE {condition}", values)[0]["n"]

    columns = COLUMNS + (MONEY.format(of_kind="AND kind = %(kind)s" if kind else "") if more is measures else "")

    def fetch(start: int, size: int) -> list[dict[str, Any]]:
        order = "ORDER BY band_order, score DESC, household_id LIMIT %(size)s OFFSET %(start)s"
        statement = f"{source} SELECT {columns} FROM handled WHERE {condition} {order}"
        return rows(statement, values | {"size": size, "start": start})

    return LazyRows(count=count, fetch=fetch)
