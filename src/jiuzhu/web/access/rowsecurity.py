"""第二道墙：PostgreSQL 行级权限。

网页与后台任务以 ``jiuzhu_web`` 连接：它不拥有任何表，读写哪一行由这里的策略按会话变量决定。
变量由 ``Scope.applied`` 写入；没写就什么也看不到。表的所有者（迁移、备份）不受策略限制。
"""

from django.db import connection, migrations

WEB_ROLE = "jiuzhu_web"

IN_AREA = """{column} ^@ ANY ((SELECT string_to_array(current_setting('jiuzhu.areas', true), ','))::text[])"""
MY_ORGANISATION = "{column} = (SELECT nullif(current_setting('jiuzhu.organisation', true), '')::bigint)"
MY_USER = "{column} = (SELECT nullif(current_setting('jiuzhu.user', true), '')::bigint)"

ROLE_EXISTS = "SELECT 1 FROM pg_roles WHERE rolname = %s"
ROLE_MISSING = (
    "数据库里没有角色 jiuzhu_web，现在的用户又无权建立。请让数据库管理员执行："
    "CREATE ROLE jiuzhu_web LOGIN; GRANT jiuzhu_web TO 现在的用户; 然后重新启动。"
)


def in_area(column: str = "division_code") -> str:
    """策略里的条件：这一列的地方在所辖之内。"""
    return IN_AREA.format(column=column)


def my_organisation(column: str = "organisation_id") -> str:
    """策略里的条件：归本单位。"""
    return MY_ORGANISATION.format(column=column)


def my_user(column: str = "assignee_id") -> str:
    """策略里的条件：归本人。"""
    return MY_USER.format(column=column)


def row_security(table: str, *, using: str, check: str | None = None) -> migrations.RunSQL:
    """迁移里用：给一张表开行级权限。``check`` 是写入后须满足的条件，默认同 ``using``。

    插入时以 ``check`` 为准；给 ``check="true"`` 表示谁都可以插入（如提交上报）。
    """
    return migrations.RunSQL(
        sql=[
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY jiuzhu_scope ON {table} TO {WEB_ROLE} USING ({using}) WITH CHECK ({check or using})",
        ],
        reverse_sql=[
            f"DROP POLICY IF EXISTS jiuzhu_scope ON {table}",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )


def ensure_web_role() -> migrations.RunPython:
    """迁移里用：没有 ``jiuzhu_web`` 就建；无权建时说清该怎么办。"""

    def forward(apps: object, editor: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(ROLE_EXISTS, [WEB_ROLE])
            if cursor.fetchone():
                return
            cursor.execute("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
            if not cursor.fetchone()[0]:
                raise RuntimeError(ROLE_MISSING)
            cursor.execute(f"CREATE ROLE {WEB_ROLE} LOGIN")
            cursor.execute(f"GRANT {WEB_ROLE} TO CURRENT_USER")

    return migrations.RunPython(forward, migrations.RunPython.noop)


def grant_web_role(append_only: tuple[str, ...], fixed_rows: tuple[str, ...] = ()) -> None:
    """每次迁移之后：``jiuzhu_web`` 可读写各表，但只能往 ``append_only`` 里添，``fixed_rows`` 里只能改，动不了迁移记录。"""
    with connection.cursor() as cursor:
        cursor.execute(ROLE_EXISTS, [WEB_ROLE])
        if not cursor.fetchone():
            return
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {WEB_ROLE}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {WEB_ROLE}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {WEB_ROLE}")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {WEB_ROLE}")
        existing = set(connection.introspection.table_names(cursor))
        for rights, tables in (("UPDATE", append_only), ("INSERT", fixed_rows)):
            for table in existing.intersection(tables):
                cursor.execute(f"REVOKE {rights}, DELETE, TRUNCATE ON {table} FROM {WEB_ROLE}")
