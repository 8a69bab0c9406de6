from django.db import migrations

from jiuzhu.web.ground.crypto import EncryptedTextField


class Migration(migrations.Migration):
    dependencies = [
        ("verification", "0006_rulebook_digest"),
    ]

    operations = [
        migrations.AddField(
            model_name="check",
            name="said_text",
            field=EncryptedTextField(blank=True, default=b"", verbose_name="申请人的回答"),
        ),
    ]
