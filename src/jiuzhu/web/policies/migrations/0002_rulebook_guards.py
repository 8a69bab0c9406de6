"""已发布的版本改不了、删不了；改过的人不能发布；按县分权。"""

from django.db import migrations

from jiuzhu.web.access.rowsecurity import row_security

# 本县的岗位、管着本县的上级、所辖乡镇都看得到
SAME_COUNTY = """EXISTS (SELECT FROM unnest(string_to_array(current_setting('jiuzhu.areas', true), ',')) AS a(area)
    WHERE division_code ^@ left(a.area, 6))"""

GUARDS = """
CREATE FUNCTION policies_rulebook_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL THEN
        RAISE EXCEPTION '已发布的规则手册不能修改或删除' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER policies_rulebookversion_fixed BEFORE UPDATE OR DELETE ON policies_rulebookversion
    FOR EACH ROW EXECUTE FUNCTION policies_rulebook_fixed();

ALTER TABLE policies_rulebookversion ADD CONSTRAINT rulebook_two_people CHECK (
    published_by_id IS NULL
    OR (published_by_id <> ALL (editors)
        AND published_by_id IS DISTINCT FROM submitted_by_id
        AND published_by_id IS DISTINCT FROM created_by_id)
);
"""

DROP_GUARDS = """
ALTER TABLE policies_rulebookversion DROP CONSTRAINT rulebook_two_people;
DROP TRIGGER policies_rulebookversion_fixed ON policies_rulebookversion;
DROP FUNCTION policies_rulebook_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_rulebook"), ("access", "0003_accounts")]

    operations = [
        migrations.RunSQL(GUARDS, DROP_GUARDS),
        row_security("policies_rulebookversion", using=SAME_COUNTY),
    ]
