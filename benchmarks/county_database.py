"""一个县的数据库：区划、机构、二百名工作人员、户、人、经历、经济状况、救助链、查找词。数据库就绪之后才载入。

全在数据库里用一句句 SQL 造出来，以所有者身份；证件号、电话是真的密文（从一小池里取，解密的代价一样）。
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import django

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from jiuzhu.web.access.models import Post, User  # noqa: E402
from jiuzhu.web.access.rowsecurity import WEB_ROLE  # noqa: E402
from jiuzhu.web.divisions.models import Division, Organisation  # noqa: E402
from jiuzhu.web.divisions.names import NAMES  # noqa: E402
from jiuzhu.web.ground.crypto import blind_index, keyring  # noqa: E402

COUNTY = "429998"
TOWNS, VILLAGES, STAFF = 16, 12, 200
HOUSEHOLDS, PEOPLE, EVENTS = 52_000, 145_000, 1_000_000
KNOWN = 200  # 这些人的证件号、电话可以真的去查
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏"
    "苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万"
)
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰玉梅建国华文辉力健俊志飞鹏凤琴红云莲珍荣"
    "爱妹月莺媛瑞凡佳嘉琼勤贞莉翠雪荷真环锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪丹蓉眉君蕊薇菁梦岚"
)
FIGURES = [
    {"title": f"项目{at}", "category": "财产收入", "value": 1234.5 * at, "unit": "元", "window": "", "source": "金融资产查询",
     "source_date": "2026-09-30"}
    for at in range(12)
]  # fmt: skip
REASONS = [
    {"indicator": "YL-03", "name": "大病自付超过家庭收入一半", "category": "医疗", "points": 8, "person": None},
    {"indicator": "JY-01", "name": "就业不稳", "category": "就业", "points": 5, "person": None},
    {"indicator": "ZF-02", "name": "住房不安全", "category": "住房", "points": 3, "person": None},
]
# 编号的样子与真的一样：H 或 P 加十六位 A–Z、2–7
IDENTIFIER = "translate(upper(left(md5({seed}), 16)), '0189', 'GHJK')"
STATEMENTS = (
    """INSERT INTO registry_household (household_id, division_code, address, size, kind, classes, band, severity, score,
        poverty_index, need_index, reasons, as_of, first_run_number, last_run_number, token_digest, changed_at, updated_at)
    SELECT 'H' || {home}, %(county)s || lpad((100 + n %% %(towns)s)::text, 3, '0')
            || lpad((201 + n / %(towns)s %% %(villages)s)::text, 3, '0'),
        (n %% 12 + 1) || '组' || (n %% 180 + 1) || '号', 3, CASE WHEN n %% 10 < 4 THEN 'monitored' ELSE 'warned' END,
        CASE WHEN n %% 10 < 3 THEN ARRAY['dibao'] WHEN n %% 10 = 3 THEN ARRAY['tekun'] ELSE '{{}}' END,
        band, CASE band WHEN 'red' THEN 1 WHEN 'orange' THEN 2 WHEN 'yellow' THEN 3 WHEN 'blue' THEN 4 ELSE 9 END,
        (n::bigint * 7919 %% 6000) / 100.0, 30, 20, %(reasons)s, '2026-09-30', 1, 1, '',
        now() - (n %% 90000) * interval '1 minute', now()
    FROM (SELECT n, CASE WHEN n %% 200 = 0 THEN 'red' WHEN n %% 100 = 1 THEN 'orange' WHEN n %% 33 = 2 THEN 'yellow'
                         WHEN n %% 20 = 3 THEN 'blue' ELSE '' END AS band FROM generate_series(1, %(households)s) n) made""",
    """INSERT INTO registry_person (person_id, household_id, division_code, name, sex, birth_date, id_number,
        id_number_index, phone, phone_index, account, address, relation, alive, corrected, last_run_number, updated_at)
    SELECT 'P' || {person}, h.id, h.division_code,
        substr(%(surnames)s, (n %% 90)::int + 1, 1) || substr(%(given)s, (n / 90 %% 90)::int + 1, 1)
            || substr(%(given)s, (n * 31 / 8100 %% 90)::int + 1, 1),
        CASE WHEN n %% 2 = 0 THEN '男' ELSE '女' END, date '1940-01-01' + (n * 17 %% 28000)::int,
        (%(numbers)s::bytea[])[n %% 1000 + 1], sha256(int8send(n)), (%(phones)s::bytea[])[n %% 1000 + 1],
        sha256(int8send(-n)), '', h.address, CASE WHEN n <= %(households)s THEN '户主' ELSE '子女' END, true, '{{}}', 1, now()
    FROM generate_series(1, %(people)s) n
    JOIN registry_household h ON h.id = %(first)s + (n - 1) %% %(households)s""",
    """UPDATE registry_household h SET head_id = p.id, size = 2 + h.id %% 3 FROM registry_person p
    WHERE p.household_id = h.id AND p.relation = '户主'""",
    """INSERT INTO registry_membership (household_id, division_code, person_id, relation, since, run_number)
    SELECT household_id, division_code, id, relation, '2026-01-01', 1 FROM registry_person""",
    """INSERT INTO registry_classspan (household_id, division_code, person_id, code, detail, since, seen_on, source, run_number)
    SELECT h.id, h.division_code, p.id, h.classes[1], 'A', '2024-03-01', '2026-01-01', '低保名单.csv', 1
    FROM registry_household h JOIN registry_person p ON p.household_id = h.id WHERE h.classes <> '{{}}'""",
    """INSERT INTO registry_economysnapshot (household_id, division_code, run_number, as_of, figures, digest)
    SELECT id, division_code, 1, '2026-09-30', %(figures)s, '' FROM registry_household""",
    """INSERT INTO registry_event (household_id, division_code, person_id, at, kind, title, detail, source_kind, source_key,
        actor_name, organisation)
    SELECT h.id, h.division_code, h.head_id, now() - n %% 1500 * interval '1 day',
        (ARRAY['found', 'class_in', 'visited', 'sent', 'done', 'paid'])[n %% 6 + 1], '发放九月低保金', '{{}}', 'bench', n::text,
        '某经办', '某镇社会事务办'
    FROM generate_series(1, %(events)s) n JOIN registry_household h ON h.id = %(first)s + n %% %(households)s""",
    """INSERT INTO registry_searchtoken (household_id, division_code, token)
    SELECT household_id, division_code, token FROM (
        SELECT household_id, division_code, unnest(ARRAY[name, left(name, 2), right(name, 2), right(person_id, 6)]) AS token
        FROM registry_person
        UNION
        SELECT id, division_code, unnest(ARRAY[right(household_id, 6), address, split_part(address, '组', 1) || '组',
            split_part(address, '组', 2)]) FROM registry_household
    ) words""",
    "ANALYZE",
)


def prepare() -> None:
    """建表、区划、机构、人员。"""
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        _places()
        _staff()
    NAMES.forget()


def _places() -> None:
    rows = [Division(code=COUNTY.ljust(12, "0"), name="青禾县", level="county", parent_code="")]
    for town in range(TOWNS):
        code = f"{COUNTY}{100 + town}"
        rows.append(
            Division(code=f"{code}000", name=f"{GIVEN[town]}岭镇", level="township", parent_code=f"{COUNTY}000000")
        )
        rows += [
            Division(
                code=f"{code}{201 + at}",
                name=f"{SURNAMES[town]}家{GIVEN[at]}村",
                level="village",
                parent_code=f"{code}000",
            )
            for at in range(VILLAGES)
        ]
    Division.objects.bulk_create(rows)


def _staff() -> None:
    county = Organisation.objects.create(
        code="C", name="青禾县民政局", kind="county_office", department="minzheng", division_code=f"{COUNTY}000000"
    )
    towns = [
        Organisation.objects.create(
            code=f"S{at}", name=f"{at}镇社会事务办", kind="township_station", division_code=f"{COUNTY}{100 + at}000"
        )
        for at in range(TOWNS)
    ]
    password = make_password("Bench-horse-9")
    users = User.objects.bulk_create(
        User(username=f"u{at}", display_name=f"某经办{at}", password=password) for at in range(STAFF)
    )
    roles = ("town_window", "town_surveyor", "town_reviewer")
    Post.objects.bulk_create(
        Post(user=user, role="county_officer", organisation=county, division_code=f"{COUNTY}000000")
        if at % 10 == 0
        else Post(
            user=user, role=roles[at % 3], organisation=towns[at % TOWNS], division_code=towns[at % TOWNS].division_code
        )
        for at, user in enumerate(users)
    )


def fill(scale: int = 1) -> None:
    """``scale`` 倍的户、人、事件。"""
    numbers = [_sealed("id_number", f"42999819{at % 99:02}0101{at:04}") for at in range(1000)]
    phones = [_sealed("phone", f"139{at:08}") for at in range(1000)]
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE registry_household CASCADE")
        cursor.execute("SELECT nextval(pg_get_serial_sequence('registry_household', 'id')) + 1")
        parameters = {
            "county": COUNTY, "towns": TOWNS, "villages": VILLAGES, "households": HOUSEHOLDS * scale,
            "people": PEOPLE * scale, "events": EVENTS * scale, "surnames": SURNAMES, "given": GIVEN, "numbers": numbers,
            "phones": phones, "reasons": json.dumps(REASONS), "figures": json.dumps(FIGURES), "first": cursor.fetchone()[0],
        }  # fmt: skip
        home, person = IDENTIFIER.format(seed="'h' || n"), IDENTIFIER.format(seed="'p' || n")
        for statement in STATEMENTS:
            cursor.execute(statement.format(home=home, person=person), parameters)
        cursor.execute("SELECT id FROM registry_person ORDER BY id LIMIT %s", [KNOWN])
        for at, (key,) in enumerate(cursor.fetchall()):
            cursor.execute(
                "UPDATE registry_person SET id_number_index = %s, phone_index = %s WHERE id = %s",
                [blind_index(known_number(at)), blind_index(known_phone(at)), key],
            )


def known_number(at: int) -> str:
    """第 ``at`` 个查得到的证件号。"""
    return f"4299981970010{at:04}X"


def known_phone(at: int) -> str:
    """第 ``at`` 个查得到的电话。"""
    return f"1380000{at:04}"


def _sealed(column: str, text: str) -> bytes:
    return keyring.encrypt(text.encode(), label=f"registry_person.{column}")


@contextmanager
def as_web() -> Iterator[None]:
    """以什么也不拥有的身份，与正式运行一样。"""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {WEB_ROLE}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
