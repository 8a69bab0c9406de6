import uuid

import django.db.models.deletion
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name="编号"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("task", "待办"),
                            ("urging", "催办督办"),
                            ("monitoring", "监测预警"),
                            ("registry", "对象变动"),
                            ("account", "账号"),
                            ("system", "系统"),
                            ("announcement", "公告"),
                        ],
                        max_length=16,
                        verbose_name="种类",
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="标题")),
                ("body", models.TextField(blank=True, max_length=2000, verbose_name="正文")),
                ("link", models.CharField(blank=True, max_length=300, verbose_name="去哪一页办")),
                ("audience", models.CharField(max_length=120, verbose_name="发给")),
                ("recipients", models.PositiveIntegerField(verbose_name="收件人数")),
                (
                    "key",
                    models.CharField(blank=True, max_length=120, null=True, unique=True, verbose_name="不重发的键"),
                ),
                ("sender_name", models.CharField(max_length=60, verbose_name="发送人")),
                ("sender_post", models.CharField(blank=True, max_length=120, verbose_name="发送岗位")),
                ("created_at", models.DateTimeField(verbose_name="发送时间")),
                ("expires_at", models.DateTimeField(verbose_name="有效期止")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="撤回时间")),
                ("withdrawn_by", models.CharField(blank=True, max_length=60, verbose_name="撤回人")),
                ("withdrawn_reason", models.CharField(blank=True, max_length=200, verbose_name="撤回原因")),
                (
                    "sender",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DB_SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发送账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "通知",
                "verbose_name_plural": "通知",
                "ordering": ["-created_at", "id"],
                "permissions": [("publish", "发布公告")],
                "default_permissions": ("view",),
                "indexes": [models.Index(fields=["expires_at"], name="notice_expiry")],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "notice_id", "user_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sent_at", models.DateTimeField(verbose_name="发送时间")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="看过的时间")),
                (
                    "notice",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="receipts",
                        to="notices.notice",
                        verbose_name="通知",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收件人",
                    ),
                ),
            ],
            options={
                "verbose_name": "收件",
                "verbose_name_plural": "收件",
                "default_permissions": (),
                "indexes": [
                    models.Index(condition=models.Q(("read_at", None)), fields=["user"], name="receipt_unread"),
                    models.Index(
                        models.F("user"),
                        models.OrderBy(django.db.models.lookups.IsNull(models.F("read_at"), True), descending=True),
                        models.OrderBy(models.F("sent_at"), descending=True),
                        include=("notice", "read_at"),
                        name="receipt_list",
                    ),
                ],
            },
        ),
    ]
