import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import jiuzhu.web.ground.crypto


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0002_posts"),
        ("divisions", "0002_stamp"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperProof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code_index", models.BinaryField(max_length=32, unique=True, verbose_name="查验码索引")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                ("title", models.CharField(max_length=120, verbose_name="标题")),
                ("organisation_name", models.CharField(blank=True, max_length=80, verbose_name="单位")),
                ("issuer", models.CharField(max_length=60, verbose_name="制发人")),
                ("dated", models.DateField(verbose_name="落款日期")),
                ("issued_at", models.DateTimeField(verbose_name="制发时间")),
                ("size", models.PositiveBigIntegerField(verbose_name="字节数")),
                ("digest", models.CharField(max_length=64, verbose_name="SM3 摘要")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="作废时间")),
                ("revoked_reason", models.CharField(blank=True, max_length=200, verbose_name="作废原因")),
            ],
            options={
                "verbose_name": "文书底根",
                "verbose_name_plural": "文书底根",
            },
        ),
        migrations.CreateModel(
            name="Letterhead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=12, verbose_name="机关代字")),
                ("red_head", models.BooleanField(default=False, verbose_name="用红头")),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letterhead",
                        to="divisions.organisation",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "行文习惯",
                "verbose_name_plural": "行文习惯",
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=32, unique=True, verbose_name="库房编号")),
                ("size", models.PositiveBigIntegerField(verbose_name="字节数")),
                ("digest", models.CharField(max_length=64, verbose_name="SM3 摘要")),
                ("subject_kind", models.CharField(blank=True, max_length=60, verbose_name="所属事项种类")),
                ("subject_key", models.CharField(blank=True, max_length=60, verbose_name="所属事项编号")),
                ("division_code", models.CharField(max_length=12, verbose_name="区划")),
                (
                    "template",
                    models.CharField(
                        choices=[
                            ("acceptance", "受理通知书"),
                            ("supplement", "补正材料一次性告知书"),
                            ("refusal", "不予确认告知书"),
                            ("publicity", "公示"),
                            ("pledge", "诚信承诺书"),
                            ("authorisation", "家庭经济状况核对授权书"),
                            ("file", "一户一档"),
                            ("list", "清单"),
                        ],
                        max_length=24,
                        verbose_name="种类",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="标题")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                ("code", models.CharField(max_length=19, unique=True, verbose_name="查验码")),
                ("dated", models.DateField(verbose_name="落款日期")),
                ("issuer", models.CharField(max_length=60, verbose_name="制发人")),
                ("issued_at", models.DateTimeField(verbose_name="制发时间")),
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="制发账号",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="divisions.organisation",
                        verbose_name="单位",
                    ),
                ),
                (
                    "proof",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.paperproof",
                        verbose_name="底根",
                    ),
                ),
            ],
            options={
                "verbose_name": "文书",
                "verbose_name_plural": "文书",
                "ordering": ["-issued_at", "-id"],
                "indexes": [
                    models.Index(fields=["subject_kind", "subject_key"], name="paper_subject"),
                    models.Index(fields=["division_code"], name="paper_division"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("organisation", "number"),
                        name="one_paper_a_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("division_code__regex", "^[1-9][0-9]{11}$")), name="paper_has_a_place"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperSequence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("template", models.CharField(max_length=24, verbose_name="种类")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年")),
                ("last", models.PositiveIntegerField(verbose_name="最后一号")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="divisions.organisation",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "文号流水",
                "verbose_name_plural": "文号流水",
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "template", "year"), name="one_sequence_a_year")
                ],
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=32, unique=True, verbose_name="库房编号")),
                ("size", models.PositiveBigIntegerField(verbose_name="字节数")),
                ("digest", models.CharField(max_length=64, verbose_name="SM3 摘要")),
                ("subject_kind", models.CharField(blank=True, max_length=60, verbose_name="所属事项种类")),
                ("subject_key", models.CharField(blank=True, max_length=60, verbose_name="所属事项编号")),
                ("division_code", models.CharField(max_length=12, verbose_name="区划")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("id_card", "身份证件"),
                            ("household_register", "户口簿"),
                            ("application", "申请与授权"),
                            ("medical", "病历与诊断"),
                            ("invoice", "发票与票据"),
                            ("bank", "银行流水"),
                            ("contract", "合同与证明"),
                            ("photo", "照片"),
                            ("minutes", "会议与评议记录"),
                            ("other", "其他"),
                        ],
                        max_length=24,
                        verbose_name="种类",
                    ),
                ),
                ("original_name", jiuzhu.web.ground.crypto.EncryptedTextField(verbose_name="原文件名")),
                (
                    "content_type",
                    models.CharField(
                        choices=[
                            ("image/jpeg", "JPG 图片"),
                            ("image/png", "PNG 图片"),
                            ("image/webp", "WebP 图片"),
                            ("application/pdf", "PDF 文件"),
                            ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word 文档"),
                            ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel 表格"),
                            ("text/csv", "CSV 表格"),
                            ("text/plain", "文本文件"),
                        ],
                        max_length=100,
                        verbose_name="格式",
                    ),
                ),
                ("uploader", models.CharField(max_length=60, verbose_name="上传人")),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤下时间")),
                ("withdrawn_by", models.CharField(blank=True, max_length=60, verbose_name="撤下人")),
                ("withdrawn_reason", models.CharField(blank=True, max_length=200, verbose_name="撤下原因")),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="divisions.organisation",
                        verbose_name="单位",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "附件",
                "verbose_name_plural": "附件",
                "ordering": ["kind", "-uploaded_at", "-id"],
                "indexes": [
                    models.Index(fields=["subject_kind", "subject_key"], name="upload_subject"),
                    models.Index(fields=["division_code"], name="upload_division"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("division_code__regex", "^[1-9][0-9]{11}$")), name="upload_has_a_place"
                    )
                ],
            },
        ),
    ]
