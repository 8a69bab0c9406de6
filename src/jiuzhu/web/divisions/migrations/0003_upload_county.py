"""待确认的导入文件记下是哪里的。此前留着的最多存一天，一并清掉，请重新上传。"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("divisions", "0002_stamp")]

    operations = [
        migrations.RunSQL("DELETE FROM divisions_importfile", migrations.RunSQL.noop),
        migrations.AddField(
            "importfile",
            "division_code",
            models.CharField("哪里的", max_length=12, default=""),
            preserve_default=False,
        ),
    ]
