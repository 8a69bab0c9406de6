"""申请各表的行级权限：只看所辖之内的。申请号从一个序列取。"""

from django.db import migrations

from jiuzhu.web.access.rowsecurity import in_area, row_security

TABLES = ("application", "applied", "signature", "signinglink")


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [
        *(row_security(f"cases_{table}", using=in_area()) for table in TABLES),
        migrations.RunSQL(
            "CREATE SEQUENCE cases_application_number OWNED BY cases_application.id",
            "DROP SEQUENCE cases_application_number",
        ),
    ]
