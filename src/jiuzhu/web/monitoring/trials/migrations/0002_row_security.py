from django.db import migrations

from jiuzhu.web.access.rowsecurity import in_area, row_security


class Migration(migrations.Migration):
    dependencies = [("trials", "0001_trials"), ("access", "0002_posts")]

    operations = [row_security("trials_trial", using=in_area())]
