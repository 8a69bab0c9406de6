"""数据库自己的把关：记录与封条只添不改，链头只进不退，表的所有者也不例外；再建好六十四条分链。"""

from django.db import migrations

GUARDS = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '审计只能添加，不能修改、删除或清空：%', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER audit_entry_fixed BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_kept BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_seal_fixed BEFORE UPDATE OR DELETE ON audit_seal FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_seal_kept BEFORE TRUNCATE ON audit_seal FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_lane_forward BEFORE UPDATE ON audit_lane FOR EACH ROW
    WHEN (NEW.lane <> OLD.lane OR NEW.seq <= OLD.seq OR octet_length(NEW.head) <> 32) EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_lane_whole BEFORE DELETE ON audit_lane FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_lane_kept BEFORE TRUNCATE ON audit_lane FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

ALTER TABLE audit_lane SET (fillfactor = 20, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

INSERT INTO audit_lane (lane, seq, head) SELECT n, 0, decode(repeat('00', 32), 'hex') FROM generate_series(0, 63) AS n;
"""

DROP_GUARDS = """
DROP TRIGGER audit_entry_fixed ON audit_entry;
DROP TRIGGER audit_entry_kept ON audit_entry;
DROP TRIGGER audit_seal_fixed ON audit_seal;
DROP TRIGGER audit_seal_kept ON audit_seal;
DROP TRIGGER audit_lane_forward ON audit_lane;
DROP TRIGGER audit_lane_whole ON audit_lane;
DROP TRIGGER audit_lane_kept ON audit_lane;
DROP FUNCTION audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(GUARDS, DROP_GUARDS)]
