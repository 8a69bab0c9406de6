"""派单的行级权限：单看所辖与经手，各单位的一份只给所辖与本单位；附在单上的材料另给各承办单位看。"""

from django.db import migrations

from jiuzhu.web.access.rowsecurity import in_area, my_organisation, row_security

OF_INSTANCE = f"{in_area()} OR EXISTS (SELECT 1 FROM process_instance i WHERE i.id = instance_id)"
OF_ORDER = f"{in_area()} OR EXISTS (SELECT 1 FROM orders_order o WHERE o.id = order_id)"
MINE = f"{in_area()} OR {my_organisation()}"

OWN = f"{in_area()} OR {my_organisation()}"
SENT = f"p.branch_id IS NOT NULL AND {my_organisation('p.organisation_id')}"
SHARED = f"""{OWN}
    OR (subject_kind = 'orders.order' AND subject_key IN (SELECT p.order_id::text FROM orders_orderpart p WHERE {SENT}))
    OR (subject_kind = 'registry.report' AND subject_key IN (
        SELECT o.report_id::text FROM orders_order o JOIN orders_orderpart p ON p.order_id = o.id WHERE {SENT}))"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial"), ("process", "0003_urged"), ("documents", "0002_row_security")]

    operations = [
        row_security("orders_order", using=OF_INSTANCE),
        row_security("orders_source", using=OF_ORDER),
        row_security("orders_asked", using=OF_ORDER),
        row_security("orders_orderpart", using=MINE),
        row_security("orders_measure", using=MINE),
        migrations.RunSQL(
            f"ALTER POLICY jiuzhu_scope ON documents_upload USING ({SHARED}) WITH CHECK ({OWN})",
            f"ALTER POLICY jiuzhu_scope ON documents_upload USING ({OWN}) WITH CHECK ({OWN})",
        ),
    ]
