"""文书与附件的行级权限：所辖地方的，或本单位经手的。底根与文号流水没有个人信息，不分片区。"""

from django.db import migrations

from jiuzhu.web.access.rowsecurity import in_area, my_organisation, row_security

VISIBLE = f"{in_area()} OR {my_organisation()}"


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_papers_uploads")]

    operations = [
        row_security("documents_paper", using=VISIBLE),
        row_security("documents_upload", using=VISIBLE),
    ]
