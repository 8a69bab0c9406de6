"""重演：评估日早于已有的监测，不动现在的预警与对象库。"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0006_rulebook_of_the_day")]

    operations = [
        migrations.AddField(
            model_name="run", name="is_replay", field=models.BooleanField(default=False, verbose_name="重演")
        ),
    ]
