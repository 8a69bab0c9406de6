"""政策文件按县分权；它的原件给本县各岗位看（只许看，收与撤仍照附件原来的规矩）。"""

from django.db import migrations

from jiuzhu.web.access.rowsecurity import WEB_ROLE, row_security

COUNTY = """(EXISTS (SELECT FROM unnest(string_to_array(current_setting('jiuzhu.areas', true), ',')) AS a(area)
        WHERE {table}.division_code ^@ left(a.area, 6))
    OR EXISTS (SELECT FROM divisions_organisation o
        WHERE o.id = nullif(current_setting('jiuzhu.organisation', true), '')::bigint
        AND {table}.division_code ^@ left(o.division_code, 6)))"""
READ = f"""CREATE POLICY jiuzhu_policy_documents ON documents_upload FOR SELECT TO {WEB_ROLE}
    USING (subject_kind = 'policies.document' AND {COUNTY.format(table="documents_upload")})"""


class Migration(migrations.Migration):
    dependencies = [("policies", "0003_documents"), ("documents", "0002_row_security")]

    operations = [
        row_security("policies_policydocument", using=COUNTY.format(table="policies_policydocument")),
        migrations.RunSQL(READ, "DROP POLICY IF EXISTS jiuzhu_policy_documents ON documents_upload"),
    ]
