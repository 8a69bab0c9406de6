"""监测各表写明归哪里，开行级权限。"""

from django.db import migrations, models

from jiuzhu.web.access.rowsecurity import in_area, row_security

PLACES = """
UPDATE monitoring_run SET division_code = coalesce(
    (SELECT left(w.village_code, 6) || '000000' FROM monitoring_householdwarning w
     WHERE w.run_id = monitoring_run.id AND w.village_code <> '' LIMIT 1), '429998000000')
"""
ROWS = """
UPDATE {table} t SET division_code = coalesce(nullif(t.village_code, ''),
    (SELECT r.division_code FROM monitoring_run r WHERE r.id = t.run_id))
"""
# 本县的岗位、管着本县的上级都看得到监测本身；乡镇只看其中自己的户
SAME_COUNTY = """EXISTS (SELECT FROM unnest(string_to_array(current_setting('jiuzhu.areas', true), ',')) AS a(area)
    WHERE division_code ^@ left(a.area, 6))"""
OF_RUN = "run_id IN (SELECT id FROM monitoring_run)"


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0001_initial"),
        ("access", "0002_posts"),
    ]

    operations = [
        *(
            migrations.AddField(
                model, "division_code", models.CharField(title, max_length=12, default=""), preserve_default=False
            )
            for model, title in (("run", "哪个县"), ("householdwarning", "所在地"), ("finding", "所在地"))
        ),
        migrations.RunSQL(PLACES, migrations.RunSQL.noop),
        migrations.RunSQL(ROWS.format(table="monitoring_householdwarning"), migrations.RunSQL.noop),
        migrations.RunSQL(ROWS.format(table="monitoring_finding"), migrations.RunSQL.noop),
        # 先把改动的行落定，才能接着改同一张表
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL IMMEDIATE"),
        migrations.AddIndex(
            "householdwarning",
            models.Index(fields=["run", "division_code", "band_order", "-score"], name="warning_place"),
        ),
        row_security("monitoring_run", using=SAME_COUNTY),
        row_security("monitoring_runfile", using=OF_RUN),
        row_security("monitoring_householdwarning", using=in_area()),
        row_security("monitoring_finding", using=in_area()),
    ]
