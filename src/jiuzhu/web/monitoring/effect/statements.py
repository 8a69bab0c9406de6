"""成效的 SQL。先得出“预警的户与它后来的单子”（HANDLED），各数都从它来，所以层层相扣。

范围写在每条里（第一道墙），行级权限再把一遍关（第二道墙）。
"""

from jiuzhu.web.monitoring.selectors import FALSE, TRUE

HANDLED = f"""
WITH warned AS (
    SELECT DISTINCT ON (w.household_id)
        w.id, w.household_id, w.band, w.band_order, w.score, w.township_code, w.township, w.village, w.categories,
        min(r.finished_at) OVER (PARTITION BY w.household_id) AS first_at
    FROM monitoring_householdwarning w JOIN monitoring_run r ON r.id = w.run_id
    WHERE r.status = 'done' AND NOT r.is_replay AND r.finished_at >= %(since)s AND r.finished_at < %(until)s
        AND w.division_code ^@ ANY (%(areas)s::text[])
    ORDER BY w.household_id, r.number DESC
), chosen AS (
    SELECT * FROM warned w
    WHERE (%(township)s = '' OR township_code = %(township)s)
        AND (%(band)s = '' OR band = %(band)s)
        AND categories @> %(category)s::varchar[]
        AND (%(department)s = '' OR EXISTS (
            SELECT FROM monitoring_householdwarning d WHERE d.id = w.id AND d.departments && %(names)s::varchar[]))
), sent AS (
    SELECT DISTINCT ON (c.household_id) c.household_id, o.id AS order_id, i.id AS instance_id, i.opened_at, i.ended_at,
        i.outcome
    FROM chosen c
    JOIN registry_household hh ON hh.household_id = c.household_id
    JOIN orders_order o ON o.household_id = hh.id AND o.origin = 'warning'
    JOIN process_instance i ON i.id = o.instance_id
    WHERE i.ended_at IS NULL OR i.ended_at >= c.first_at
    ORDER BY c.household_id, i.opened_at DESC
), closed AS (
    SELECT DISTINCT ON (c.household_id) c.household_id, k.reason
    FROM chosen c JOIN monitoring_closing k ON k.household_id = c.household_id
    WHERE k.undone_at IS NULL AND k.at >= c.first_at AND k.division_code ^@ ANY (%(areas)s::text[])
    ORDER BY c.household_id, k.at DESC
), handled AS (
    SELECT c.*, s.order_id, s.instance_id, s.opened_at, s.ended_at, s.outcome, k.reason,
        extract(epoch FROM s.ended_at - s.opened_at) / 86400 AS days,
        CASE WHEN s.ended_at IS NOT NULL AND s.outcome = ANY (ARRAY{list(TRUE)}) THEN 'true'
             WHEN s.ended_at IS NOT NULL AND s.outcome = ANY (ARRAY{list(FALSE)}) THEN 'false'
             WHEN (s.order_id IS NULL OR s.ended_at IS NOT NULL) AND k.reason IS NOT NULL THEN 'false'
             ELSE '' END AS verdict
    FROM chosen c LEFT JOIN sent s USING (household_id) LEFT JOIN closed k USING (household_id)
)
"""

COUNTS = """
    count(*) AS warned, count(order_id) AS sent, count(ended_at) AS ended,
    count(*) FILTER (WHERE order_id IS NULL AND verdict = '') AS unsent,
    count(*) FILTER (WHERE verdict <> '') AS verified,
    count(*) FILTER (WHERE verdict = 'true') AS "true",
    count(*) FILTER (WHERE verdict = 'false') AS "false",
    percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median_days,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY days) AS p90_days
"""

COUNTED = f"SELECT {COUNTS} FROM handled"

MONTHS = """
SELECT to_char(first_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') AS month, count(*) AS warned,
    count(order_id) AS sent, count(*) FILTER (WHERE verdict = 'true') AS "true"
FROM handled GROUP BY 1 ORDER BY 1
"""

BY = {
    "township": f"SELECT township_code AS code, max(township) AS name, {COUNTS} FROM handled GROUP BY 1",
    "category": f"SELECT category AS code, category AS name, {COUNTS} "
    "FROM handled, unnest(categories) AS category GROUP BY 1",
    "department": f"SELECT office.code, '' AS name, {COUNTS} FROM handled "
    "JOIN LATERAL (SELECT DISTINCT known.code FROM monitoring_householdwarning w, unnest(w.departments) AS told "
    "JOIN unnest(%(office_names)s::text[], %(office_codes)s::text[]) AS known(name, code) ON known.name = told "
    "WHERE w.id = handled.id) AS office ON true GROUP BY 1",
    "band": f"SELECT band AS code, '' AS name, {COUNTS} FROM handled GROUP BY 1",
}

TAKES = """takes AS (
    SELECT h.household_id,
        t.done_at IS NOT NULL AND (t.due_at IS NULL OR t.done_at <= t.due_at) AS in_time,
        coalesce(t.done_at, %(now)s) > t.due_at AS late
    FROM handled h JOIN process_task t ON t.instance_id = h.instance_id {office}
    WHERE t.node = 'take' AND NOT t.is_cancelled {of_office}
)"""
TAKEN = "SELECT count(*) FILTER (WHERE in_time) AS in_time, count(*) FILTER (WHERE late) AS late FROM takes"

MEASURES = """measures AS (
    SELECT h.household_id, m.kind, CASE WHEN m.period = 'once' THEN m.amount END AS money,
        CASE m.period WHEN 'month' THEN m.amount WHEN 'year' THEN m.amount / 12 END AS monthly
    FROM handled h JOIN orders_measure m ON m.order_id = h.order_id {office}
    WHERE m.withdrawn_at IS NULL AND m.kind NOT IN ('stop', 'lower', 'recover') {of_office}
)"""
AIDED = """
SELECT coalesce(kind, '') AS kind, count(DISTINCT household_id) AS aided, coalesce(sum(money), 0)::text AS money,
    round(coalesce(sum(monthly), 0), 2)::text AS monthly
FROM measures GROUP BY GROUPING SETS ((kind), ())
"""

ASKED = """
SELECT count(DISTINCT h.household_id) AS asked, count(*) AS answers, count(a.satisfaction) AS scored,
    count(*) FILTER (WHERE a.satisfaction >= 4) AS satisfied, count(*) FILTER (WHERE a.solved = 'yes') AS solved
FROM handled h JOIN orders_asked a ON a.order_id = h.order_id
"""


def whole(by: str, *, of_office: bool = False) -> str:
    """一条 SQL 得出全部的数：“预警的户与它后来的单子”只算一遍。每列是一张小表的 JSON；金额作文本，不丢分。"""
    tables = {"total": COUNTED, "months": MONTHS, "taken": TAKEN, "aided": AIDED, "asked": ASKED, "groups": BY[by]}
    columns = ", ".join(
        f"(SELECT coalesce(json_agg(x), '[]') FROM ({select}) AS x) AS {name}" for name, select in tables.items()
    )
    return f"{HANDLED}, {takes(of_office=of_office)}, {measures(of_office=of_office)} SELECT {columns}"


def takes(*, of_office: bool) -> str:
    """各份单子接得及不及时。"""
    return _parts(TAKES, "t", of_office=of_office)


def measures(*, of_office: bool) -> str:
    """登记的帮扶措施。"""
    return _parts(MEASURES, "m", of_office=of_office)


def _parts(statement: str, table: str, *, of_office: bool) -> str:
    """只看一个部门的，才连上承办单位：几万份单子，一份一查要多花一小半时间。"""
    office = f"JOIN divisions_organisation p ON p.id = {table}.organisation_id"
    return statement.format(
        office=office if of_office else "", of_office="AND p.department = %(department)s" if of_office else ""
    )
