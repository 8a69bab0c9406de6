"""行级权限：所辖地方的，或本单位报送的；数据库连接只有管着这个县的看得到。"""

from django.db import migrations

from jiuzhu.web.access.rowsecurity import in_area, my_organisation, row_security

OWN = f"{in_area()} OR {my_organisation()}"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial"), ("access", "0002_posts")]

    operations = [
        row_security("exchange_batch", using=OWN),
        row_security("exchange_receivedfile", using=OWN),
        row_security("exchange_columnmapping", using=OWN),
        row_security("exchange_sourcesetting", using=OWN),
        row_security("exchange_connection", using=in_area()),
    ]
