"""记录归哪里：此前的都不知道，为空。各列不改一行（表拒绝改），所以只添列与索引。"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_post_index")]

    operations = [
        migrations.AddField("entry", "division_code", models.TextField("归属地", default=""), preserve_default=False),
        migrations.RemoveIndex("entry", "audit_entry_actor"),
        migrations.AddIndex("entry", models.Index(fields=["division_code", "at"], name="audit_entry_division")),
        migrations.AddIndex(
            "entry", models.Index(fields=["actor_name", "division_code", "at"], name="audit_entry_who")
        ),
    ]
