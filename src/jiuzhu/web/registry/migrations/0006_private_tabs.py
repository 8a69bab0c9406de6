"""经济状况与走访不随户给部门看：部门要用的情况，写在派给它的那一份里。"""

from importlib import import_module

from django.db import migrations

from jiuzhu.web.access.rowsecurity import in_area

OF_SHARED = import_module("jiuzhu.web.registry.migrations.0003_shared_households").OF_SHARED


def narrowed(table: str) -> migrations.RunSQL:
    wider = f"{in_area()} OR {OF_SHARED}"
    return migrations.RunSQL(
        f"ALTER POLICY jiuzhu_scope ON {table} USING ({in_area()}) WITH CHECK ({in_area()})",
        f"ALTER POLICY jiuzhu_scope ON {table} USING ({wider}) WITH CHECK ({wider})",
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_chain_kinds")]

    operations = [narrowed("registry_economysnapshot"), narrowed("registry_visit")]
