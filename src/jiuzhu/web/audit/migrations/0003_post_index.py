from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_guards")]

    operations = [
        migrations.AddIndex("entry", models.Index(fields=["post", "at"], name="audit_entry_post")),
    ]
