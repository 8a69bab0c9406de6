"""核对各表的行级权限：只看所辖之内的，不随转办给别的单位看。"""

from django.db import migrations

from jiuzhu.web.access.rowsecurity import in_area, row_security

TABLES = ("authorisation", "obligorconsent", "check", "finding", "objection")


class Migration(migrations.Migration):
    dependencies = [("verification", "0001_initial")]

    operations = [
        *(row_security(f"verification_{table}", using=in_area()) for table in TABLES),
        migrations.RunSQL(
            "CREATE SEQUENCE verification_check_number OWNED BY verification_check.id",
            "DROP SEQUENCE verification_check_number",
        ),
    ]
