"""区划表一有写入（含批量写入与直接的 SQL）就换一个版本号。"""

from django.db import migrations

FORWARD = """
INSERT INTO divisions_divisionstamp (stamp) VALUES (gen_random_uuid());

CREATE FUNCTION divisions_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE divisions_divisionstamp SET stamp = gen_random_uuid();
    RETURN NULL;
END
$$;

CREATE TRIGGER divisions_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON divisions_division
    FOR EACH STATEMENT EXECUTE FUNCTION divisions_stamp();
"""
BACKWARD = """
DROP TRIGGER divisions_stamp ON divisions_division;
DROP FUNCTION divisions_stamp();
DELETE FROM divisions_divisionstamp;
"""


class Migration(migrations.Migration):
    dependencies = [("divisions", "0001_divisions_and_organisations")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
