"""监测读各批数据，记下照抄了谁、重算了什么；自动监测的约定。"""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from jiuzhu.web.access.rowsecurity import row_security

SAME_COUNTY = """EXISTS (SELECT FROM unnest(string_to_array(current_setting('jiuzhu.areas', true), ',')) AS a(area)
    WHERE division_code ^@ left(a.area, 6))"""


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0001_initial"),
        ("monitoring", "0004_handling_row_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="RunSchedule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("division_code", models.CharField(max_length=12, unique=True, verbose_name="哪个县")),
                (
                    "day",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(28),
                        ],
                        verbose_name="每月几日",
                    ),
                ),
                ("after_batch", models.BooleanField(default=False, verbose_name="新到一批就补算")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="改于")),
            ],
            options={
                "verbose_name": "自动监测",
                "verbose_name_plural": "自动监测",
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="run",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="做了几遍"),
        ),
        migrations.AddField(
            model_name="run",
            name="base",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="monitoring.run",
                verbose_name="照抄的上一次",
            ),
        ),
        migrations.AddField(
            model_name="run",
            name="trigger",
            field=models.CharField(
                choices=[("manual", "人工发起"), ("monthly", "每月一次"), ("batch", "新到一批"), ("first", "首次启动")],
                default="manual",
                max_length=12,
                verbose_name="怎样发起",
            ),
        ),
        migrations.AddField(
            model_name="run",
            name="work",
            field=models.JSONField(blank=True, default=dict, verbose_name="算法"),
        ),
        migrations.AddField(
            model_name="runfile",
            name="batch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="exchange.batch",
                verbose_name="批次",
            ),
        ),
        row_security("monitoring_runschedule", using=SAME_COUNTY),
    ]
