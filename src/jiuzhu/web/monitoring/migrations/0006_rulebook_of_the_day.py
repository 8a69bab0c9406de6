"""监测记下用的是哪天施行的规则手册。"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0005_runs_over_batches")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="rulebook_on",
            field=models.DateField(blank=True, null=True, verbose_name="用哪天施行的手册"),
        ),
        migrations.AddField(
            model_name="run",
            name="rulebook_since",
            field=models.DateField(blank=True, null=True, verbose_name="手册施行日期"),
        ),
    ]
