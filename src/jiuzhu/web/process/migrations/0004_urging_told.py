"""自动催办一天汇成一则通知：任务记下告诉到了哪一级。已有的算告诉过。"""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def told(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """以前的一项一则，都告诉过了。"""
    apps.get_model("process", "Task")._base_manager.filter(urge__gt=0).update(urge_told=models.F("urge"))


class Migration(migrations.Migration):
    dependencies = [("process", "0003_urged")]

    operations = [
        migrations.AddField(
            model_name="task",
            name="urge_told",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="告诉过的级别"),
        ),
        migrations.RunPython(told, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("done_at", None), ("urge__gt", models.F("urge_told"))),
                fields=["id"],
                name="task_untold",
            ),
        ),
    ]
