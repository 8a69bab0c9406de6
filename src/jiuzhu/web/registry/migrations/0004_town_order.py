import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_shared_households")]

    operations = [
        migrations.AddField(
            model_name="household",
            name="township_code",
            field=models.GeneratedField(
                expression=django.db.models.functions.text.Left("division_code", 9),
                output_field=models.CharField(max_length=9),
                db_persist=True,
                verbose_name="乡镇代码",
            ),
        ),
        migrations.AddIndex(
            model_name="household",
            index=models.Index(
                fields=["township_code", "severity", "-score", "household_id"],
                include=["division_code"],
                name="household_town_order",
            ),
        ),
    ]
