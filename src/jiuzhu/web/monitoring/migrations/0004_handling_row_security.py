"""五个一、排除、核实结果、自动派单的行级权限。"""

from django.db import migrations

from jiuzhu.web.access.rowsecurity import in_area, my_organisation, row_security

SAME_COUNTY = """EXISTS (SELECT FROM unnest(string_to_array(current_setting('jiuzhu.areas', true), ',')) AS a(area)
    WHERE division_code ^@ left(a.area, 6))"""
# 部门不按地方看居民，但本单位所在县的五个一看得到
OFFICE_COUNTY = f"""EXISTS (SELECT FROM divisions_organisation o
    WHERE {my_organisation("o.id")} AND left(o.division_code, 6) = left(monitoring_plan.division_code, 6))"""


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0003_plans_and_handling")]

    operations = [
        row_security("monitoring_plan", using=f"{SAME_COUNTY} OR {OFFICE_COUNTY}", check=SAME_COUNTY),
        row_security("monitoring_planmember", using="plan_id IN (SELECT id FROM monitoring_plan)"),
        row_security("monitoring_closing", using=in_area()),
        row_security("monitoring_findingoutcome", using=in_area()),
        row_security("monitoring_dispatch", using="run_id IN (SELECT id FROM monitoring_run)"),
    ]
