"""库里的一步步，每步一句 SQL，参数只有 ``run``（第几次）、``as_of``（评估日期）、``now``。

评估日期当天零点（北京时间）作事件的时间。人已并入另一人的，经历记在保留的人名下；拆出去的类别记在拆出的人名下。
户与人只写有变动的行：没有变的连锁也不加，所以 ``last_run_number`` 是最近一次写到这一行的监测；在不在这次的数据里，看临时表。
"""

DAY = "(({date})::timestamp AT TIME ZONE 'Asia/Shanghai')"
AS_OF = DAY.format(date="%(as_of)s::date")

# 刚写进去的行还没有统计，数据库会误选逐行相连；整批相连从不需要它
PLAN = "SET LOCAL enable_nestloop = off"

# —— 户 ——
MOVED = """
INSERT INTO load_moved SELECT h.id FROM registry_household h JOIN load_household l USING (household_id)
WHERE h.division_code <> l.division_code"""

BANDS = f"""
INSERT INTO load_event (household_pk, at, kind, title, detail, key)
SELECT h.id, {AS_OF}, 'band',
    CASE WHEN l.band = '' THEN '不再预警' WHEN h.band = '' THEN '列入预警'
         WHEN l.severity < h.severity THEN '预警级别升高' ELSE '预警级别降低' END,
    jsonb_build_object('before', h.band, 'after', l.band, 'score', l.score), %(run)s::text
FROM registry_household h JOIN load_household l USING (household_id) WHERE h.band <> l.band"""

HELD = ("division_code", "address", "band", "severity", "score", "poverty_index", "need_index", "reasons")
HOUSEHOLDS = f"""
INSERT INTO registry_household (household_id, division_code, address, size, kind, classes, band, severity, score,
    poverty_index, need_index, reasons, as_of, first_run_number, last_run_number, token_digest, changed_at, updated_at)
SELECT household_id, l.division_code, l.address, 0, 'warned', '{{}}', l.band, l.severity, l.score, l.poverty_index,
    l.need_index, l.reasons, %(as_of)s, %(run)s, %(run)s, '', %(now)s, %(now)s
FROM load_household l LEFT JOIN registry_household h USING (household_id)
WHERE h.first_run_number IS NULL OR h.as_of IS DISTINCT FROM %(as_of)s::date
    OR ({", ".join(f"h.{each}" for each in HELD)}) IS DISTINCT FROM ({", ".join(f"l.{each}" for each in HELD)})
ON CONFLICT (household_id) DO UPDATE SET division_code = EXCLUDED.division_code, address = EXCLUDED.address,
    band = EXCLUDED.band, severity = EXCLUDED.severity, score = EXCLUDED.score, reasons = EXCLUDED.reasons,
    poverty_index = EXCLUDED.poverty_index, need_index = EXCLUDED.need_index, as_of = EXCLUDED.as_of,
    first_run_number = coalesce(registry_household.first_run_number, EXCLUDED.first_run_number),
    last_run_number = EXCLUDED.last_run_number, updated_at = EXCLUDED.updated_at"""

FOUND = f"""
INSERT INTO load_event (household_pk, at, kind, title, detail, key)
SELECT h.id, {AS_OF}, 'found', '监测列入对象库', jsonb_build_object('run', %(run)s::int, 'band', h.band), %(run)s::text
FROM registry_household h JOIN load_household l USING (household_id)
WHERE h.first_run_number = %(run)s
  AND NOT EXISTS (SELECT 1 FROM registry_event e WHERE e.household_id = h.id AND e.kind = 'found'
                  AND e.source_kind = 'monitoring.run')"""

# —— 人 ——
DIED = f"""
INSERT INTO load_event (household_pk, person_pk, at, kind, title, key)
SELECT p.household_id, p.id, {DAY.format(date="coalesce(l.died_on, %(as_of)s)")}, 'died', '户籍登记成员去世',
    'died:' || p.id
FROM registry_person p JOIN load_person l USING (person_id) WHERE p.alive AND NOT l.alive AND p.merged_into_id IS NULL"""


def _kept(column: str) -> str:
    return (
        f"{column} = CASE WHEN '{column}' = ANY(registry_person.corrected) THEN registry_person.{column}"
        f" ELSE EXCLUDED.{column} END"
    )


def _sealed(column: str) -> str:
    """摘要没变、名单这次没给、人工更正过的，密文与摘要都照旧。"""
    same = (
        f"'{column}' = ANY(registry_person.corrected) OR EXCLUDED.{column}_index IS NULL"
        f" OR registry_person.{column}_index IS NOT DISTINCT FROM EXCLUDED.{column}_index"
    )
    return ", ".join(
        f"{each} = CASE WHEN {same} THEN registry_person.{each} ELSE EXCLUDED.{each} END"
        for each in (column, f"{column}_index")
    )


def _differs(column: str) -> str:
    return f"(NOT '{column}' = ANY(p.corrected) AND p.{column} IS DISTINCT FROM l.{column})"


def _seal_differs(column: str) -> str:
    index = f"{column}_index"
    return f"(NOT '{column}' = ANY(p.corrected) AND l.{index} IS NOT NULL AND p.{index} IS DISTINCT FROM l.{index})"


KEPT, SEALED = ("name", "sex", "birth_date", "address", "relation"), ("id_number", "phone", "account")
PEOPLE = f"""
INSERT INTO registry_person (person_id, household_id, division_code, name, sex, birth_date, address, relation, alive,
    died_on, id_number, id_number_index, phone, phone_index, account, account_index, corrected, last_run_number,
    updated_at)
SELECT l.person_id, h.id, l.division_code, l.name, l.sex, l.birth_date, l.address, l.relation, l.alive, l.died_on,
    l.id_number, l.id_number_index, l.phone, l.phone_index, l.account, l.account_index, '{{}}', %(run)s, %(now)s
FROM load_person l JOIN registry_household h USING (household_id) LEFT JOIN registry_person p USING (person_id)
WHERE p.last_run_number IS NULL
    OR (p.household_id, p.division_code, p.alive, p.died_on)
        IS DISTINCT FROM (h.id, l.division_code, l.alive, l.died_on)
    OR {" OR ".join([*map(_differs, KEPT), *map(_seal_differs, SEALED)])}
ON CONFLICT (person_id) DO UPDATE SET household_id = EXCLUDED.household_id, division_code = EXCLUDED.division_code,
    {", ".join(_kept(each) for each in KEPT)},
    alive = EXCLUDED.alive, died_on = EXCLUDED.died_on,
    {", ".join(_sealed(each) for each in SEALED)},
    last_run_number = EXCLUDED.last_run_number, updated_at = EXCLUDED.updated_at"""

HEADS = """
UPDATE registry_household h SET head_id = coalesce(p.merged_into_id, p.id)
FROM load_household l JOIN registry_person p ON p.person_id = l.head_person_id
WHERE h.household_id = l.household_id AND h.head_id IS DISTINCT FROM coalesce(p.merged_into_id, p.id)"""

# —— 成员经历：死亡、离开、迁到别户的收尾；来的、迁来的另起 ——
ENDED = f"""
WITH ended AS (
    UPDATE registry_membership m
    SET until = greatest(m.since, CASE WHEN p.alive THEN %(as_of)s::date ELSE coalesce(p.died_on, %(as_of)s::date) END)
    FROM registry_person p LEFT JOIN load_person l USING (person_id)
    WHERE m.person_id = p.id AND m.until IS NULL AND p.last_run_number IS NOT NULL AND p.merged_into_id IS NULL
      AND (NOT p.alive OR (l.person_id IS NOT NULL AND m.household_id <> p.household_id)
           OR (%(complete)s AND l.person_id IS NULL))
    RETURNING m.id, m.household_id, m.person_id, p.alive, l.person_id IS NOT NULL AS present
)
INSERT INTO load_event (household_pk, person_pk, at, kind, title, key)
SELECT household_id, person_id, {AS_OF}, 'left',
    CASE WHEN present THEN '成员迁出本户' ELSE '成员不在本次户籍数据里' END, 'left:' || id
FROM ended WHERE alive"""

JOINED = f"""
WITH joined AS (
    INSERT INTO registry_membership (household_id, division_code, person_id, relation, since, until, run_number)
    SELECT p.household_id, p.division_code, p.id, p.relation, %(as_of)s::date, NULL::date, %(run)s
    FROM registry_person p JOIN load_person USING (person_id)
    WHERE p.merged_into_id IS NULL AND p.alive
      AND NOT EXISTS (SELECT 1 FROM registry_membership m WHERE m.person_id = p.id AND m.until IS NULL)
    UNION ALL
    SELECT p.household_id, p.division_code, p.id, p.relation, least(%(as_of)s::date, coalesce(p.died_on, %(as_of)s)),
        coalesce(p.died_on, %(as_of)s), %(run)s
    FROM registry_person p JOIN load_person USING (person_id)
    WHERE p.merged_into_id IS NULL AND NOT p.alive
      AND NOT EXISTS (SELECT 1 FROM registry_membership m WHERE m.person_id = p.id AND m.household_id = p.household_id)
    RETURNING id, household_id, person_id, until
)
INSERT INTO load_event (household_pk, person_pk, at, kind, title, key)
SELECT j.household_id, j.person_id, {AS_OF}, 'joined', '成员增加', 'joined:' || j.id
FROM joined j JOIN registry_household h ON h.id = j.household_id
WHERE h.first_run_number < %(run)s AND j.until IS NULL"""

RELATIONS = """
UPDATE registry_membership m SET relation = p.relation FROM registry_person p JOIN load_person USING (person_id)
WHERE m.person_id = p.id AND m.until IS NULL AND m.relation <> p.relation"""

# —— 类别经历 ——
CLASS_OWNERS_DROP = "DROP TABLE IF EXISTS load_owned"
CLASS_OWNERS = """
CREATE TEMP TABLE load_owned ON COMMIT DROP AS
SELECT DISTINCT ON (owner.id, l.code) owner.id AS person_pk, owner.household_id AS household_pk, owner.division_code,
    l.code, l.since, coalesce(l.detail, '') AS detail, coalesce(l.file, '') AS file
FROM load_class l
JOIN registry_person p USING (person_id)
LEFT JOIN registry_personmerge s ON s.kind = 'split' AND s.kept_id = coalesce(p.merged_into_id, p.id)
    AND s.confirmed_at IS NOT NULL AND s.undone_at IS NULL AND l.code = ANY(s.codes)
JOIN registry_person owner ON owner.id = coalesce(s.absorbed_id, p.merged_into_id, p.id)
ORDER BY owner.id, l.code, l.since NULLS LAST"""
CLASS_OWNERS_INDEX = "CREATE INDEX ON load_owned (person_pk, code)"
CLASS_OWNERS_ANALYZE = "ANALYZE load_owned"

CLASS_OUT = f"""
WITH ended AS (
    UPDATE registry_classspan s SET until = greatest(%(as_of)s::date, s.seen_on)
    WHERE s.until IS NULL AND s.run_number IS NOT NULL
      AND s.code IN (SELECT code FROM load_title WHERE delivered)
      AND NOT EXISTS (SELECT 1 FROM load_owned l WHERE l.person_pk = s.person_id AND l.code = s.code)
    RETURNING s.id, s.household_id, s.person_id, s.code
)
INSERT INTO load_event (household_pk, person_pk, at, kind, title, detail, key)
SELECT e.household_id, e.person_id, {AS_OF}, 'class_out', '退出' || t.title, jsonb_build_object('class', e.code),
    'span:' || e.id
FROM ended e JOIN load_title t USING (code)"""

CLASS_CHANGED = f"""
WITH changed AS (
    UPDATE registry_classspan s SET detail = l.detail
    FROM load_owned l, registry_classspan old
    WHERE old.id = s.id AND s.person_id = l.person_pk AND s.code = l.code AND s.until IS NULL
      AND s.detail <> l.detail AND l.detail <> ''
    RETURNING s.id, s.household_id, s.person_id, s.code, old.detail AS before, s.detail AS after
)
INSERT INTO load_event (household_pk, person_pk, at, kind, title, detail, key)
SELECT c.household_id, c.person_id, {AS_OF}, 'changed', t.title || '档次变更',
    jsonb_build_object('class', c.code, 'before', c.before, 'after', c.after), 'detail:' || %(run)s || ':' || c.id
FROM changed c JOIN load_title t USING (code)"""

CLASS_IN = f"""
WITH begun AS (
    INSERT INTO registry_classspan (household_id, division_code, person_id, code, detail, since, seen_on, source,
        run_number)
    SELECT l.household_pk, l.division_code, l.person_pk, l.code, left(l.detail, 40), l.since, %(as_of)s,
        left(l.file, 300), %(run)s
    FROM load_owned l
    WHERE NOT EXISTS (SELECT 1 FROM registry_classspan s WHERE s.person_id = l.person_pk AND s.code = l.code
                      AND s.until IS NULL)
    RETURNING id, household_id, person_id, code, detail, since
)
INSERT INTO load_event (household_pk, person_pk, at, kind, title, detail, key)
SELECT b.household_id, b.person_id, {DAY.format(date="coalesce(b.since, %(as_of)s)")}, 'class_in', '纳入' || t.title,
    jsonb_build_object('class', b.code, 'detail', b.detail), 'span:' || b.id
FROM begun b JOIN load_title t USING (code)"""

# —— 户的汇总：类别、人口、来历 ——
SUMMARY = """
WITH held AS (
    SELECT household_id, array_agg(code ORDER BY array_position(%(order)s::text[], code)) AS codes
    FROM (SELECT DISTINCT household_id, code::text FROM registry_classspan WHERE until IS NULL) c GROUP BY household_id
), counted AS (
    SELECT household_id, count(*) AS size FROM registry_membership WHERE until IS NULL GROUP BY household_id
), told AS (
    SELECT own.id, coalesce(held.codes::varchar[], '{}') AS classes, coalesce(counted.size, 0) AS size,
        CASE WHEN held.codes IS NOT NULL THEN 'monitored' WHEN l.flagged THEN 'warned'
            WHEN own.kind IN ('monitored', 'warned') THEN 'former' ELSE own.kind END AS kind
    FROM load_household l JOIN registry_household own USING (household_id)
    LEFT JOIN held ON held.household_id = own.id LEFT JOIN counted ON counted.household_id = own.id
)
UPDATE registry_household h SET classes = told.classes, size = told.size, kind = told.kind
FROM told WHERE h.id = told.id AND (h.classes, h.size, h.kind) IS DISTINCT FROM (told.classes, told.size, told.kind)"""

ECONOMY = """
INSERT INTO registry_economysnapshot (household_id, division_code, run_number, as_of, figures, digest)
SELECT h.id, h.division_code, %(run)s, %(as_of)s, l.figures, l.digest
FROM load_economy l JOIN registry_household h USING (household_id)
LEFT JOIN LATERAL (SELECT s.digest FROM registry_economysnapshot s WHERE s.household_id = h.id
                   ORDER BY s.as_of DESC, s.id DESC LIMIT 1) last ON true
WHERE last.digest IS DISTINCT FROM l.digest"""

EVENTS = """
INSERT INTO registry_event (household_id, division_code, person_id, at, kind, title, detail, source_kind, source_key,
    actor_name, organisation)
SELECT h.id, h.division_code, e.person_pk, e.at, e.kind, e.title, e.detail, 'monitoring.run', e.key, '系统（监测）', ''
FROM load_event e JOIN registry_household h ON h.id = e.household_pk
ON CONFLICT (household_id, source_kind, source_key, kind) WHERE NOT (source_key = '') DO NOTHING"""

TOUCHED = """
UPDATE registry_household SET changed_at = %(now)s
WHERE id IN (SELECT household_pk FROM load_event) AND changed_at <> %(now)s"""

TOKENS_GONE = """
DELETE FROM registry_searchtoken t USING registry_household h
WHERE t.household_id = h.id AND h.household_id IN (SELECT household_id FROM load_token)"""

TOKENS = """
INSERT INTO registry_searchtoken (household_id, division_code, token)
SELECT DISTINCT h.id, h.division_code, l.token FROM load_token l JOIN registry_household h USING (household_id)
ON CONFLICT DO NOTHING"""

CHILDREN = (
    "registry_membership", "registry_classspan", "registry_personcorrection", "registry_economysnapshot",
    "registry_event", "registry_visit",
)  # fmt: skip
MOVED_CHILD = """
UPDATE {table} c SET division_code = h.division_code FROM registry_household h
WHERE c.household_id = h.id AND h.id IN (SELECT household_pk FROM load_moved) AND c.division_code <> h.division_code"""

STEPS = (
    ("户", (MOVED, BANDS, HOUSEHOLDS, FOUND)),
    ("人", (DIED, PEOPLE, HEADS)),
    ("成员", (ENDED, JOINED, RELATIONS)),
    (
        "类别",
        (
            CLASS_OWNERS_DROP,
            CLASS_OWNERS,
            CLASS_OWNERS_INDEX,
            CLASS_OWNERS_ANALYZE,
            CLASS_OUT,
            CLASS_CHANGED,
            CLASS_IN,
            SUMMARY,
        ),
    ),
    ("经济状况", (ECONOMY,)),
    ("救助链", (EVENTS, TOUCHED)),
)
