"""数据库自己的把关：事件与已发布的定义不能改删；各表按行分权；表的统计要勤。"""

from django.db import migrations

from jiuzhu.web.access.rowsecurity import in_area, my_organisation, my_user, row_security

GUARDS = """
CREATE FUNCTION process_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '只能添加，不能修改、删除或清空：%', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER process_event_fixed BEFORE UPDATE OR DELETE ON process_event
    FOR EACH ROW EXECUTE FUNCTION process_refuse();
CREATE TRIGGER process_event_kept BEFORE TRUNCATE ON process_event
    FOR EACH STATEMENT EXECUTE FUNCTION process_refuse();
CREATE TRIGGER process_definition_fixed BEFORE UPDATE OR DELETE ON process_definition
    FOR EACH ROW EXECUTE FUNCTION process_refuse();
CREATE TRIGGER process_definition_kept BEFORE TRUNCATE ON process_definition
    FOR EACH STATEMENT EXECUTE FUNCTION process_refuse();

ALTER TABLE process_task SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE process_instance SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
"""

DROP_GUARDS = """
DROP TRIGGER process_event_fixed ON process_event;
DROP TRIGGER process_event_kept ON process_event;
DROP TRIGGER process_definition_fixed ON process_definition;
DROP TRIGGER process_definition_kept ON process_definition;
DROP FUNCTION process_refuse();
"""

TASK = f"{my_organisation()} OR {my_user()} OR {in_area()}"
MINE = "(SELECT nullif(current_setting('jiuzhu.organisation', true), '')::bigint) = ANY (organisations)"
INSTANCE = f"{MINE} OR {in_area()}"
OF_INSTANCE = "EXISTS (SELECT 1 FROM process_instance i WHERE i.id = instance_id)"


class Migration(migrations.Migration):
    dependencies = [("process", "0001_initial"), ("access", "0002_posts")]

    operations = [
        migrations.RunSQL(GUARDS, DROP_GUARDS),
        row_security("process_task", using=TASK),
        row_security("process_instance", using=INSTANCE),
        row_security("process_scope", using=OF_INSTANCE),
        row_security("process_pause", using=OF_INSTANCE),
        row_security("process_event", using=OF_INSTANCE),
    ]
