"""平台接口、批量核对、互认查询的行级权限。"""

from django.db import migrations

from jiuzhu.web.access.rowsecurity import in_area, my_organisation, row_security

TABLES = ("connector", "enquiry", "reply", "batchcheck", "batchrow")
EVERYWHERE = "current_setting('jiuzhu.areas', true) = '1,2,3,4,5,6,7,8,9'"


class Migration(migrations.Migration):
    dependencies = [("verification", "0003_platforms_batches_recognition")]

    operations = [
        *(row_security(f"verification_{table}", using=in_area()) for table in TABLES),
        row_security("verification_recognition", using=f"{my_organisation()} OR {EVERYWHERE}"),
    ]
