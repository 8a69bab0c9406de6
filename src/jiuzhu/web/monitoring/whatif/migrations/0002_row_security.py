from django.db import migrations

from jiuzhu.web.access.rowsecurity import in_area, row_security


class Migration(migrations.Migration):
    dependencies = [("whatif", "0001_costings"), ("access", "0002_posts")]

    operations = [row_security("whatif_costing", using=in_area())]
