"""上传的是退回去改好的清单：办得怎样记在文件上。"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_reminders_by_notice")]

    operations = [
        migrations.AddField(
            model_name="receivedfile",
            name="returned",
            field=models.JSONField(blank=True, default=dict, verbose_name="改好的清单办得怎样"),
        ),
    ]
